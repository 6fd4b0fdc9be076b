package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Text that went through four processes equals what transformers computes from the same weights.
@ExtendWith(SharedCluster.class)
final class GoldenIT {
    private final ChatApi api;

    GoldenIT(TestCluster cluster) {
        api = cluster.api();
    }

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTransformers(GoldenCase golden) {
        ChatAnswer answer = api.send(golden.request());

        assertThat(answer.content()).isEqualTo(golden.greedyText());
        assertThat(answer.finishReason()).isEqualTo(golden.finishReason());
        assertThat(answer.promptTokens()).isEqualTo(golden.promptTokenCount());
        assertThat(answer.completionTokens()).isBetween(golden.greedyTokenCount(), golden.greedyTokenCount() + 1);
        assertThat(answer.totalTokens()).isEqualTo(answer.promptTokens() + answer.completionTokens());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void streamsTheSameText(GoldenCase golden) {
        ChatStream stream =
                api.stream(ChatRequests.with(golden.request(), "stream_options", Map.of("include_usage", true)));

        assertThat(stream.content()).isEqualTo(golden.greedyText());
        assertThat(stream.roles()).containsExactly("assistant");
        assertThat(stream.finishReasons()).containsExactly(golden.finishReason());
        assertThat(stream.usage().path("prompt_tokens").asInt()).isEqualTo(golden.promptTokenCount());
    }
}
