package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/// `@ai-sdk/openai-compatible`, the AI SDK's client for endpoints like this one.
final class AiSdkIT extends NodeClientTests {
    AiSdkIT(TestCluster cluster) {
        super(cluster, "ai-sdk.mjs", "text");
    }

    @Test
    void countsThePrompt() {
        assertThat(result("plain").path("inputTokens").asInt())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void streamsTheAnswerAndKeepsTheThoughtApart() {
        JsonNode answer = result("streaming");

        assertThat(text(answer)).startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE);
        assertThat(answer.path("reasoning").asText()).isEqualTo(ClientAnswers.THOUGHT);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.path("inputTokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void callsToolsWholeAndStreamed() {
        JsonNode answer = result("tools");

        for (String form : new String[] {"whole", "streamed"}) {
            assertThat(answer.path(form)).hasSize(1);
            assertThat(answer.path(form).get(0).path("toolName").asText()).isEqualTo("tap");
            ClientAnswers.assertTap(answer.path(form).get(0).path("input"));
        }
        assertThat(answer.path("finishReasons")).extracting(JsonNode::asText).containsOnly("tool-calls");
    }

    @Test
    void readsStructuredOutput() {
        ClientAnswers.assertTap(result("structuredOutput"));
    }

    @Test
    void readsAnError() {
        JsonNode error = result("errors");

        assertThat(error.path("status").asInt()).isEqualTo(404);
        assertThat(error.path("message").asText()).contains("gpt-4o");
    }
}
