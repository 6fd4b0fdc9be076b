package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// `@langchain/openai`, LangChain's client for Node.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LangChainNodeIT {
    private final TestCluster cluster;
    private NodeClient client = new NodeClient(Json.read("{}"));

    LangChainNodeIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void askEverything() throws InterruptedException {
        client = NodeClient.run("langchain.mjs", cluster);
    }

    @Test
    void answersAQuestion() {
        JsonNode answer = client.result("plain");

        assertThat(answer.path("content").asText()).isEqualTo(ClientAnswers.WHO_ARE_YOU);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
    }

    @Test
    void streamsTheAnswerAndKeepsTheThoughtApart() {
        JsonNode answer = client.result("streaming");

        assertThat(answer.path("content").asText()).startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE);
        assertThat(answer.path("reasoning").asText()).isEqualTo(ClientAnswers.THOUGHT);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/input_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void showsAScreenAndSpeaksACommand() {
        assertThat(client.result("image").path("content").asText()).isEqualTo(ClientAnswers.SCREEN);
        assertThat(client.result("audio").path("content").asText()).isEqualTo(ClientAnswers.SPEECH);
    }

    @Test
    void callsAToolAndSendsItsResult() {
        JsonNode answer = client.result("tools");

        assertThat(answer.path("calls")).hasSize(1);
        assertThat(answer.at("/calls/0/name").asText()).isEqualTo("tap");
        ClientAnswers.assertTap(answer.at("/calls/0/args"));
        assertThat(answer.path("finishReason").asText()).isEqualTo("tool_calls");
        assertThat(answer.path("next").asText()).isEqualTo("string");
    }

    @Test
    void readsStructuredOutput() {
        ClientAnswers.assertTap(client.result("structuredOutput"));
    }

    @Test
    void readsAnError() {
        JsonNode error = client.result("errors");

        assertThat(error.path("status").asInt()).isEqualTo(404);
        assertThat(error.path("message").asText()).contains("gpt-4o");
    }

    @Test
    void stopsTheGenerationByLeaving() {
        assertThat(client.result("cancel").path("chunks").asInt()).isEqualTo(5);
        ClientAnswers.assertNothingRuns(cluster);
    }
}
