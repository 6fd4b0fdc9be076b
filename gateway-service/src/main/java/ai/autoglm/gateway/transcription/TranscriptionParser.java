package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.openai.JsonValue;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.gateway.transcription.TranscriptionRequest.Format;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the form of `POST /v1/audio/transcriptions`. Stateless. Source: API.md 2.
final class TranscriptionParser {
    private static final String GRANULARITIES = "timestamp_granularities[]";
    private static final List<String> FORMATS = List.of("json", "text", "srt", "verbose_json", "vtt");

    private final ServedModel model;
    private final long maxFileBytes;

    TranscriptionParser(ServedModel model, long maxFileBytes) {
        this.model = model;
        this.maxFileBytes = maxFileBytes;
    }

    /// @throws ServingException of a code that is the client's to mend, with the name of the field as its param
    TranscriptionRequest parse(MultipartForm form) {
        form.find("model").filter(name -> !model.answersTo(name)).ifPresent(name -> {
            throw model.notFound(name);
        });
        ByteString file = file(form);
        Format format = Format.valueOf(form.oneOf("response_format", FORMATS).toUpperCase(Locale.ROOT));
        checkGranularities(form, format);
        refuse(form);
        boolean stream = form.bool("stream");
        if (stream && format != Format.JSON && format != Format.TEXT) {
            throw MultipartForm.error(
                    ErrorCode.INVALID_VALUE, "response_format", "must be json or text when 'stream' is true.");
        }
        return new TranscriptionRequest(
                file,
                language(form),
                form.find("prompt").orElse(null),
                format,
                form.find("temperature").map(TranscriptionParser::temperature).orElse(0.0),
                stream);
    }

    private ByteString file(MultipartForm form) {
        ByteString file = form.requireFile("file");
        if (file.isEmpty()) {
            throw MultipartForm.error(ErrorCode.INVALID_AUDIO, "file", "is empty.");
        }
        if (file.size() > maxFileBytes) {
            throw MultipartForm.error(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "file",
                    "has " + file.size() + " bytes; at most " + maxFileBytes + " are accepted.");
        }
        return file;
    }

    private static @Nullable String language(MultipartForm form) {
        return form.find("language")
                .map(language -> {
                    if (!language.matches("[a-z]{2}")) {
                        throw MultipartForm.error(
                                ErrorCode.INVALID_VALUE,
                                "language",
                                "must be a language's two letters as in ISO-639-1, such as en, not "
                                        + JsonValue.echo(language) + ".");
                    }
                    return language;
                })
                .orElse(null);
    }

    private static double temperature(String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw MultipartForm.error(ErrorCode.INVALID_TYPE, "temperature", "must be a number.");
        }
        if (!(value >= 0)) {
            throw MultipartForm.error(ErrorCode.DECIMAL_BELOW_MIN_VALUE, "temperature", "must be at least 0.");
        }
        if (value > 1) {
            throw MultipartForm.error(ErrorCode.DECIMAL_ABOVE_MAX_VALUE, "temperature", "must be at most 1.");
        }
        return value;
    }

    private static void checkGranularities(MultipartForm form, Format format) {
        List<String> granularities = form.findAll(GRANULARITIES);
        if (granularities.isEmpty()) {
            return;
        }
        if (format != Format.VERBOSE_JSON) {
            throw MultipartForm.error(ErrorCode.INVALID_VALUE, GRANULARITIES, "needs 'response_format' verbose_json.");
        }
        if (!granularities.stream().allMatch("segment"::equals)) {
            throw MultipartForm.error(
                    ErrorCode.UNSUPPORTED_VALUE,
                    GRANULARITIES,
                    "must be segment: this model does not tell when a word was spoken.");
        }
    }

    private static void refuse(MultipartForm form) {
        for (String name : List.of("include[]", "known_speaker_names[]", "known_speaker_references[]")) {
            if (!form.findAll(name).isEmpty()) {
                throw MultipartForm.error(ErrorCode.UNSUPPORTED_PARAMETER, name, "is not supported by this server.");
            }
        }
        form.find("chunking_strategy");
    }
}
