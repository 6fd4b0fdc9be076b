package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/// `@langchain/openai`, LangChain's client for Node.
final class LangChainNodeIT extends NodeClientTests {
    LangChainNodeIT(TestCluster cluster) {
        super(cluster, "langchain.mjs", "content");
    }

    @Test
    void streamsTheAnswerAndKeepsTheThoughtApart() {
        JsonNode answer = result("streaming");

        assertThat(text(answer)).startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE);
        assertThat(answer.path("reasoning").asText()).isEqualTo(ClientAnswers.THOUGHT);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/input_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void callsAToolAndSendsItsResult() {
        JsonNode answer = result("tools");

        assertThat(answer.path("calls")).hasSize(1);
        assertThat(answer.at("/calls/0/name").asText()).isEqualTo("tap");
        ClientAnswers.assertTap(answer.at("/calls/0/args"));
        assertThat(answer.path("finishReason").asText()).isEqualTo("tool_calls");
        assertThat(answer.path("next").asText()).isEqualTo("string");
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
