package ai.autoglm.gateway.sse;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The order and the exact bytes of a stream (API 1.6).
class ChatChunkEncoderTest {
    private static final CompletionIdentity IDENTITY =
            new CompletionIdentity("chatcmpl-1", 1_700_000_000L, "autoglm-phone-9b", "fp_1");
    private static final String HEAD = """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,\
            "model":"autoglm-phone-9b","system_fingerprint":"fp_1",""";

    @Test
    void writesAStreamInOrder() {
        ChatChunkEncoder encoder = encoder(false, false);
        assertThat(encoder.open(usage(0))).isEmpty();
        assertThat(encoder.start(0, usage(1)))
                .isEqualTo(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null", ""));
        assertThat(encoder.encode(0, new ReasoningDelta("Hm\n"), usage(2)))
                .isEqualTo(choice("{\"reasoning_content\":\"Hm\\n\",\"reasoning\":\"Hm\\n\"}", "null", ""));
        assertThat(encoder.encode(0, new ContentDelta("你"), usage(3)))
                .isEqualTo(choice("{\"content\":\"你\"}", "null", ""));
        assertThat(encoder.encode(0, new Finished(FinishReason.STOP), usage(3)))
                .isEqualTo(choice("{}", "\"stop\"", ""));
        assertThat(encoder.finish(usage(3))).isEqualTo("data: [DONE]\n\n");
    }

    @Test
    void namesTheChoiceOfEachChunk() {
        assertThat(encoder(false, false).encode(2, new ContentDelta("a"), usage(1)))
                .contains("\"choices\":[{\"index\":2,\"delta\":{\"content\":\"a\"}");
    }

    @Test
    void putsLogProbabilitiesBesideTheContent() {
        TokenLogprob token = new TokenLogprob(97, "a", -0.5, List.of(97), List.of());
        assertThat(encoder(false, false).encode(0, new ContentDelta("a", List.of(token)), usage(1)))
                .contains("\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,"
                        + "\"bytes\":[97],\"top_logprobs\":[]}],\"refusal\":null},\"finish_reason\":null");
    }

    @Test
    void closesWithUsageWhenAskedTo() {
        ChatChunkEncoder encoder = encoder(true, false);
        assertThat(encoder.start(0, usage(1)))
                .isEqualTo(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null", ",\"usage\":null"));
        assertThat(encoder.encode(0, new Finished(FinishReason.STOP), usage(12)))
                .isEqualTo(choice("{}", "\"stop\"", ",\"usage\":null"));
        assertThat(encoder.finish(usage(12)))
                .isEqualTo(HEAD + "\"choices\":[],\"usage\":" + usageJson(12) + "}\n\ndata: [DONE]\n\n");
    }

    @Test
    void carriesUsageInEveryChunkWhenAskedTo() {
        ChatChunkEncoder encoder = encoder(true, true);
        assertThat(encoder.start(0, usage(1)))
                .isEqualTo(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null", ",\"usage\":" + usageJson(1)));
        assertThat(encoder.encode(0, new ContentDelta("a"), usage(2)))
                .isEqualTo(choice("{\"content\":\"a\"}", "null", ",\"usage\":" + usageJson(2)));
    }

    @Test
    void writesSignsOfLife() {
        assertThat(encoder(false, false).keepAlive(usage(0))).isEqualTo(choice("{}", "null", ""));
        assertThat(SseEvents.PING).isEqualTo(": ping\n\n");
    }

    @Test
    void endsAFailedStreamWithAnErrorEvent() {
        ServingException failure = new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder left.\r\n");
        assertThat(SseEvents.failure(HttpErrors.of(failure).body())).isEqualTo("""
                        event: error
                        data: {"error":{"message":"The decoder left.\\r\\n","type":"server_error","param":null,\
                        "code":"backend_unavailable"}}

                        data: [DONE]

                        """);
    }

    private static ChatChunkEncoder encoder(boolean includeUsage, boolean continuousUsage) {
        return new ChatChunkEncoder(
                IDENTITY, new StreamOptions(true, includeUsage, continuousUsage), TokenForm.TEXT, false);
    }

    private static Usage usage(int completionTokens) {
        return Usage.of(new PromptTokenCounts(9, 0, 0), completionTokens, 0);
    }

    private static String usageJson(int completionTokens) {
        return """
               {"prompt_tokens":9,"completion_tokens":%d,"total_tokens":%d,\
               "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
               "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}""".formatted(completionTokens, 9 + completionTokens);
    }

    private static String choice(String delta, String finishReason, String usage) {
        return HEAD + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                + finishReason + "}]" + usage + "}\n\n";
    }
}
