package ai.autoglm.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The exact bodies of answers (API 1.4 and 2).
class ResponseBodyTest {
    private static final CompletionIdentity IDENTITY =
            new CompletionIdentity("chatcmpl-1", 1_700_000_000L, "autoglm-phone-9b", "fp_1");
    private static final Usage USAGE = Usage.of(new PromptTokenCounts(9, 4, 2), 12, 5);

    @Test
    void writesAnAnswerWithoutReasoning() {
        assertThat(OpenAiJson.write(completion("你好\n\"a\"", null, FinishReason.STOP)))
                .isEqualTo("""
                        {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"autoglm-phone-9b",\
                        "choices":[{"index":0,"message":{"role":"assistant","content":"你好\\n\\"a\\"","refusal":null},\
                        "logprobs":null,"finish_reason":"stop"}],\
                        "usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,\
                        "prompt_tokens_details":{"cached_tokens":4,"audio_tokens":2},\
                        "completion_tokens_details":{"reasoning_tokens":5,"audio_tokens":0}},\
                        "system_fingerprint":"fp_1"}""");
    }

    @Test
    void writesReasoningUnderBothNames() {
        assertThat(OpenAiJson.write(completion("", "Hm.", FinishReason.LENGTH))).contains("""
                        "message":{"role":"assistant","content":"","refusal":null,"reasoning_content":"Hm.",\
                        "reasoning":"Hm."},"logprobs":null,"finish_reason":"length"}""");
    }

    @Test
    void listsTheServedModel() {
        assertThat(OpenAiJson.write(ModelList.of(List.of(ChatRequests.MODEL)))).isEqualTo("""
                        {"object":"list","data":[{"id":"autoglm-phone-9b","object":"model","created":1700000000,\
                        "owned_by":"autoglm-serve","root":"autoglm-phone-mini","parent":null,"max_model_len":8192}]}""");
    }

    @Test
    void writesHealth() {
        assertThat(OpenAiJson.write(new HealthStatus("ok", "autoglm-phone-9b", List.of())))
                .isEqualTo("{\"status\":\"ok\",\"model\":\"autoglm-phone-9b\"}");
    }

    @Test
    void givesEachAnswerAnIdOfItsOwn() {
        Instant now = Instant.parse("2026-01-01T00:00:00.9Z");
        CompletionIdentity first = CompletionIdentity.next("chatcmpl-", ChatRequests.MODEL, now);
        CompletionIdentity second = CompletionIdentity.next("chatcmpl-", ChatRequests.MODEL, now);
        assertThat(first.id()).matches("chatcmpl-[0-9a-f]{32}").isNotEqualTo(second.id());
        assertThat(first.created()).isEqualTo(1_767_225_600L);
        assertThat(first.model()).isEqualTo("autoglm-phone-9b");
        assertThat(first.systemFingerprint()).isEqualTo("fp_0123456789");
    }

    private static ChatCompletion completion(String content, @Nullable String reasoning, FinishReason reason) {
        var message = new ChatCompletion.Message(content, reasoning, List.of());
        var choice = new ChatCompletion.Choice(0, message, null, reason, null, null);
        return ChatCompletion.of(IDENTITY, List.of(choice), USAGE, null, null);
    }
}
