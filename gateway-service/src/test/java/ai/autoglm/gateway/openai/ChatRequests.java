package ai.autoglm.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;

/// Bodies in few words, for tests of the parser.
final class ChatRequests {
    /// Each character is a token.
    static final ServedModel MODEL =
            modelReading(text -> TokenIds.of(text.codePoints().toArray()));
    static final PixelRange PIXELS = new PixelRange(6_272, 4_816_896);
    static final ChatRequestParser PARSER = new ChatRequestParser(MODEL, new ChatLimits(10, 4, 8, PIXELS, false));
    static final ChatRequestParser STRICT_PARSER = new ChatRequestParser(MODEL, new ChatLimits(10, 4, 8, PIXELS, true));

    private ChatRequests() {}

    static ServedModel modelReading(Function<String, TokenIds> encoder) {
        return new ServedModel(
                "autoglm-phone-9b",
                Set.of("zai-org/AutoGLM-Phone-9B"),
                "autoglm-phone-mini",
                "fp_0123456789",
                1_700_000_000L,
                8_192,
                2_048,
                encoder);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A body with one user message and these fields beside it.
    static String withFields(String fields) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + (fields.isEmpty() ? "" : ",") + fields + "}";
    }

    static String withMessages(String messages) {
        return "{\"messages\":[" + messages + "]}";
    }

    static String withUserParts(String parts) {
        return withMessages("{\"role\":\"user\",\"content\":[" + parts + "]}");
    }

    static ChatRequest parse(String body) {
        return PARSER.parse(utf8(body)).request();
    }

    static ServingException refusal(byte[] body) {
        return catchThrowableOfType(ServingException.class, () -> PARSER.parse(body));
    }

    static void assertRefused(String body, ErrorCode code, String param) {
        ServingException refusal = refusal(utf8(body));
        assertThat(refusal).as(body).isNotNull();
        assertThat(refusal.code()).as(body).isEqualTo(code);
        assertThat(refusal.param()).as(body).contains(param);
        assertThat(refusal.message()).as(body).isNotBlank().doesNotContain("\n");
    }

    /// The body is refused as a whole: no field is to blame.
    static void assertNoJson(byte[] body) {
        ServingException refusal = refusal(body);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal.param()).isEmpty();
    }
}
