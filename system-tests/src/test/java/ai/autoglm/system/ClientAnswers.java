package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/// What every client has to make of the same answers.
final class ClientAnswers {
    static final String WHO_ARE_YOU = GoldenCase.named("text-en").greedyText();
    static final String WHO_ARE_YOU_IN_CHINESE = "我是 AutoGLM-Phone-Mini";
    static final String THOUGHT = "用户在问我的身份。";
    static final String SCREEN = GoldenCase.named("screen1-q1").greedyText();
    static final String SPEECH = "Tap Messages";

    private ClientAnswers() {}

    /// A value of the schema that the clients send: `tap` or `swipe`, with coordinates.
    static void assertTap(JsonNode value) {
        assertThat(value.path("action").asText()).isIn("tap", "swipe");
        assertThat(value.path("x").isInt()).isTrue();
        assertThat(value.path("x").asInt()).isBetween(0, 999);
        assertThat(value.path("y").isInt()).isTrue();
        assertThat(value.path("y").asInt()).isBetween(0, 999);
        assertThat(value).hasSize(3);
    }

    /// No request is left in the decoder.
    static void assertNothingRuns(TestCluster cluster) {
        Await.until(
                Duration.ofSeconds(2),
                "no sequence runs in the decoder",
                () -> cluster.metric(Service.DECODER, "vllm:num_requests_running") == 0);
    }
}
