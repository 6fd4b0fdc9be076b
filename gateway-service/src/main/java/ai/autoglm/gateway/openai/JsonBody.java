package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Reads a request body as one JSON object and nothing else, without any of Jackson's leniency (API 1.1).
public final class JsonBody {
    static final int MAX_DEPTH = 64;
    /// A tree takes up to forty times the bytes of its text; this bounds it, while strings may be as long as the body.
    static final int MAX_TOKEN_COUNT = 200_000;

    private static final int MAX_NUMBER_LENGTH = 1_000;
    private static final int MAX_NAME_LENGTH = 1_000;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKEN_COUNT)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private JsonBody() {}

    /// @throws ServingException INVALID_JSON
    public static ObjectNode parse(byte[] body) {
        if (!isUtf8(body)) {
            throw invalid("is not valid UTF-8.");
        }
        JsonNode node;
        try {
            node = READER.readTree(body);
        } catch (StreamConstraintsException e) {
            throw invalid("goes beyond what is read of JSON: %d levels, %d values, numbers and names of %d characters."
                    .formatted(MAX_DEPTH, MAX_TOKEN_COUNT, MAX_NAME_LENGTH));
        } catch (MismatchedInputException e) {
            throw invalid("has more after its JSON object.");
        } catch (JsonProcessingException e) {
            throw invalid("is not valid JSON, or has a key twice, near line %d, column %d."
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw invalid("must be a JSON object.");
    }

    /// Jackson lets overlong forms and encoded surrogates pass.
    private static boolean isUtf8(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(body);
        CharBuffer unused = CharBuffer.allocate(8_192);
        while (true) {
            CoderResult result = decoder.decode(input, unused, true);
            if (!result.isOverflow()) {
                return !result.isError();
            }
            unused.clear();
        }
    }

    private static ServingException invalid(String what) {
        return new ServingException(ErrorCode.INVALID_JSON, "The request body " + what);
    }
}
