package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// `openai`, OpenAI's own client for Node.
final class OpenAiNodeIT extends NodeClientTests {
    OpenAiNodeIT(TestCluster cluster) {
        super(cluster, "openai.mjs", "content");
    }

    @Test
    void countsThePrompt() {
        assertThat(result("plain").at("/usage/prompt_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void accumulatesAStream() {
        JsonNode answer = result("streaming");

        assertThat(answer.path("role").asText()).isEqualTo("assistant");
        assertThat(text(answer)).startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void receivesSeveralChoicesForOnePrompt() {
        JsonNode answer = result("severalChoices");

        assertThat(answer.path("contents"))
                .extracting(JsonNode::asText)
                .containsExactly(ClientAnswers.WHO_ARE_YOU, ClientAnswers.WHO_ARE_YOU);
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void readsLogProbabilities() {
        JsonNode answer = result("logprobs");

        assertThat(answer.path("text").asText()).isEqualTo(ClientAnswers.WHO_ARE_YOU);
        assertThat(answer.path("tops")).extracting(JsonNode::asInt).containsOnly(2);
        assertThat(answer.path("highest").asDouble()).isLessThanOrEqualTo(0);
    }

    @Test
    void callsToolsWholeAndStreamedAndSendsTheResult() {
        JsonNode answer = result("tools");

        for (String form : List.of("whole", "streamed")) {
            assertThat(answer.path(form)).hasSize(1);
            assertThat(answer.path(form).get(0).path("name").asText()).isEqualTo("tap");
            assertThat(answer.path(form).get(0).path("id").asText()).hasSizeGreaterThanOrEqualTo(9);
            ClientAnswers.assertTap(
                    Json.read(answer.path(form).get(0).path("arguments").asText()));
        }
        assertThat(IntStream.range(0, 2)
                        .mapToObj(i -> answer.at("/finishReasons/" + i).asText()))
                .containsOnly("tool_calls");
        assertThat(answer.at("/finishReasons/2").asText()).isIn("stop", "length");
        assertThat(answer.path("nextRole").asText()).isEqualTo("assistant");
    }

    @Test
    void readsStructuredOutput() {
        ClientAnswers.assertTap(
                Json.read(result("structuredOutput").path("content").asText()));
    }

    @Test
    void readsErrors() {
        JsonNode errors = result("errors");

        assertError(errors.path("unknownModel"), 404, "NotFoundError", "model_not_found", "model");
        assertError(errors.path("badTemperature"), 400, "BadRequestError", "decimal_above_max_value", "temperature");
        assertError(errors.path("tooLong"), 400, "BadRequestError", "context_length_exceeded", "messages");
    }

    @Test
    void usesTheOtherEndpoints() {
        JsonNode answers = result("otherEndpoints");

        assertThat(answers.at("/completion/object").asText()).isEqualTo("text_completion");
        assertThat(answers.at("/completion/tokens").asInt()).isEqualTo(5);
        assertThat(answers.at("/response/status").asText()).isEqualTo("completed");
        assertThat(answers.at("/response/text").asText()).isNotEmpty();
        assertThat(answers.path("events"))
                .extracting(JsonNode::asText)
                .startsWith("response.created", "response.in_progress")
                .contains("response.output_text.delta")
                .endsWith("response.completed");
        assertThat(answers.path("transcription").asText()).isEqualTo("Tap Camera");
        assertThat(answers.path("models")).extracting(JsonNode::asText).containsExactly("autoglm-phone-9b");
    }

    private static void assertError(JsonNode error, int status, String name, String code, String param) {
        assertThat(error.path("status").asInt()).isEqualTo(status);
        assertThat(error.path("name").asText()).isEqualTo(name);
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("param").asText()).isEqualTo(param);
        assertThat(error.path("message").asText()).isNotEmpty();
    }
}
