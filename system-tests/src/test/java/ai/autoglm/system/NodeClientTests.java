package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What every client for Node is to do. Its script runs once, before the tests.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NodeClientTests {
    private final TestCluster cluster;
    private final String script;
    private final String textField;
    private NodeClient client = new NodeClient(Json.read("{}"));

    /// @param textField under which the script tells the text of an answer
    NodeClientTests(TestCluster cluster, String script, String textField) {
        this.cluster = cluster;
        this.script = script;
        this.textField = textField;
    }

    @BeforeAll
    final void askEverything() throws InterruptedException {
        client = NodeClient.run(script, cluster);
    }

    @Test
    final void answersAQuestion() {
        JsonNode answer = result("plain");

        assertThat(text(answer)).isEqualTo(ClientAnswers.WHO_ARE_YOU);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
    }

    @Test
    final void showsAScreenAndSpeaksACommand() {
        assertThat(text(result("image"))).isEqualTo(ClientAnswers.SCREEN);
        assertThat(text(result("audio"))).isEqualTo(ClientAnswers.SPEECH);
    }

    @Test
    final void stopsTheGenerationByLeaving() {
        assertThat(result("cancel").path("chunks").asInt()).isEqualTo(5);
        ClientAnswers.assertNothingRuns(cluster);
    }

    final JsonNode result(String name) {
        return client.result(name);
    }

    final String text(JsonNode answer) {
        return answer.path(textField).asText();
    }
}
