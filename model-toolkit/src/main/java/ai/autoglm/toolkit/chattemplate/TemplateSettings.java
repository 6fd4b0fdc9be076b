package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a template needs to know of its model.
///
/// @param media markers of each kind of media that the model takes
/// @param contentFormat how messages of several parts reach the template
/// @param bosToken the template's variable `bos_token`; null leaves it undefined
/// @param eosToken the template's variable `eos_token`; null leaves it undefined
public record TemplateSettings(
        Map<MediaKind, MediaMarkers> media,
        ContentFormat contentFormat,
        @Nullable String bosToken,
        @Nullable String eosToken) {
    public TemplateSettings {
        media = Map.copyOf(media);
    }

    /// What the chat template of this bundle needs: markers of the media that it has a tower for.
    public static TemplateSettings of(BundleManifest manifest, Tokenizer tokenizer) {
        Map<MediaKind, MediaMarkers> media = new EnumMap<>(MediaKind.class);
        putMarkers(media, MediaKind.IMAGE, manifest.vision(), manifest.tokens().image(), tokenizer);
        putMarkers(media, MediaKind.AUDIO, manifest.audio(), manifest.tokens().audio(), tokenizer);
        List<Integer> endOfSequence = manifest.tokens().endOfSequence();
        String eosToken = endOfSequence.isEmpty() ? null : tokenizer.text(endOfSequence.getFirst());
        return new TemplateSettings(media, manifest.contentFormat(), null, eosToken);
    }

    private static void putMarkers(
            Map<MediaKind, MediaMarkers> media,
            MediaKind kind,
            @Nullable Record tower,
            @Nullable Integer placeholder,
            Tokenizer tokenizer) {
        if (tower != null && placeholder != null) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            String begin = added(tokenizer, "<|begin_of_" + name + "|>");
            String end = added(tokenizer, "<|end_of_" + name + "|>");
            media.put(kind, new MediaMarkers(begin, tokenizer.text(placeholder), end));
        }
    }

    private static String added(Tokenizer tokenizer, String token) {
        return tokenizer.idOf(token).isPresent() ? token : "";
    }

    /// The markers of a kind.
    ///
    /// @throws ServingException UNSUPPORTED_CONTENT_TYPE when the model does not take media of this kind
    public MediaMarkers markers(MediaKind kind) {
        MediaMarkers markers = media.get(kind);
        if (markers == null) {
            String plural = switch (kind) {
                case IMAGE -> "images";
                case AUDIO -> "audio";
            };
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE, "This model does not take %s".formatted(plural));
        }
        return markers;
    }
}
