package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// `@ai-sdk/openai-compatible`, the AI SDK's client for endpoints like this one.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AiSdkIT {
    private final TestCluster cluster;
    private NodeClient client = new NodeClient(Json.read("{}"));

    AiSdkIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void askEverything() throws InterruptedException {
        client = NodeClient.run("ai-sdk.mjs", cluster);
    }

    @Test
    void answersAQuestion() {
        JsonNode answer = client.result("plain");

        assertThat(answer.path("text").asText()).isEqualTo(ClientAnswers.WHO_ARE_YOU);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.path("inputTokens").asInt())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void streamsTheAnswerAndKeepsTheThoughtApart() {
        JsonNode answer = client.result("streaming");

        assertThat(answer.path("text").asText()).startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE);
        assertThat(answer.path("reasoning").asText()).isEqualTo(ClientAnswers.THOUGHT);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.path("inputTokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void showsAScreenAndSpeaksACommand() {
        assertThat(client.result("image").path("text").asText()).isEqualTo(ClientAnswers.SCREEN);
        assertThat(client.result("audio").path("text").asText()).isEqualTo(ClientAnswers.SPEECH);
    }

    @Test
    void callsToolsWholeAndStreamed() {
        JsonNode answer = client.result("tools");

        for (String form : new String[] {"whole", "streamed"}) {
            assertThat(answer.path(form)).hasSize(1);
            assertThat(answer.path(form).get(0).path("toolName").asText()).isEqualTo("tap");
            ClientAnswers.assertTap(answer.path(form).get(0).path("input"));
        }
        assertThat(answer.path("finishReasons")).extracting(JsonNode::asText).containsOnly("tool-calls");
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
    void stopsTheGenerationByAborting() {
        assertThat(client.result("cancel").path("parts").asInt()).isEqualTo(5);
        ClientAnswers.assertNothingRuns(cluster);
    }
}
