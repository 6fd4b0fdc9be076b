package ai.autoglm.gateway.completions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.http.GatewayTest;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TextCompletionsTest extends GatewayTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern VARYING = Pattern.compile("\"id\":\"cmpl-\\w+\",(.*?)\"created\":\\d+");

    @Test
    void answersInOneBody() {
        backends.decoder().follow(FakeGeneration.says(" you", "?"));

        HttpResponse<String> response = post(COMPLETIONS, "{\"prompt\":\"Who are\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(anonymous(response.body()))
                .isEqualTo("""
                {"id":?,"object":"text_completion","created":?,"model":"autoglm-phone-9b",\
                "system_fingerprint":"fp_bbbbbbbbbb",\
                "choices":[{"index":0,"text":" you?","logprobs":null,"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":%d,"completion_tokens":2,"total_tokens":%d,\
                "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
                "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}}""".formatted(ids("Who are").size(), ids("Who are").size() + 2));
    }

    @Test
    void writesEveryEventOfAStream() {
        backends.decoder().follow(FakeGeneration.says("a", "b"));

        HttpResponse<String> response =
                post(COMPLETIONS, "{\"prompt\":\"x\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        String head = "data: {\"id\":?,\"object\":\"text_completion\",\"created\":?,\"model\":\"autoglm-phone-9b\","
                + "\"system_fingerprint\":\"fp_bbbbbbbbbb\",\"choices\":";
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(anonymous(response.body()))
                .isEqualTo(head
                        + "[{\"index\":0,\"text\":\"a\",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
                        + head
                        + "[{\"index\":0,\"text\":\"b\",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
                        + head
                        + "[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
                        + head
                        + "[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void sendsThePromptWithoutATemplateAndTheEndpointsOwnDefaults() {
        post(COMPLETIONS, "{\"prompt\":\"Who are\"}");

        GenerateStart start = backends.decoder().starts().getFirst();
        assertThat(start.getPromptCount()).isEqualTo(1);
        assertThat(start.getPrompt(0).getTokens().getTokenIdsList()).isEqualTo(ids("Who are"));
        assertThat(start.getPrompt(0).getFused()).isFalse();
        assertThat(start.getStop().getMaxTokens()).isEqualTo(16);
        assertThat(start.getSampling().getTemperature()).isEqualTo(1);
    }

    @Test
    void numbersTheChoicesPromptByPrompt() throws IOException {
        backends.decoder()
                .follow(generation -> FakeGeneration.says(TestBundle.tokenizer()
                                .text(generation
                                        .start()
                                        .getPrompt(0)
                                        .getTokens()
                                        .getTokenIds(0)))
                        .run(generation));

        JsonNode answer = answer("{\"prompt\":[\"a\",\"b\",\"c\"],\"n\":2,\"max_tokens\":3}");

        assertThat(strings(answer.path("choices"), "text")).containsExactly("a", "a", "b", "b", "c", "c");
        assertThat(strings(answer.path("choices"), "index")).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"你是谁?\" | 1",
                "[\"你是谁?\"] | 1",
                "[1377,607,223,30] | 1",
                "[[1377,607,223,30]] | 1",
                "[[1377,607,223,30],[1377]] | 2",
                "[\"a\",[98]] | 2"
            })
    void takesAPromptInEachOfItsForms(String prompt, int count) throws IOException {
        JsonNode answer = answer("{\"prompt\":" + prompt + "}");

        assertThat(answer.path("choices").size()).isEqualTo(count);
        assertThat(backends.decoder().starts()).hasSize(count);
    }

    @Test
    void repeatsThePromptWhenAsked() throws IOException {
        backends.decoder().follow(FakeGeneration.says("!"));

        JsonNode answer = answer("{\"prompt\":[\"Who 😀\",[1377,607]],\"echo\":true}");

        assertThat(strings(answer.path("choices"), "text")).containsExactly("Who 😀!", text(1377, 607) + "!");
    }

    @Test
    void repeatsThePromptInAStream() {
        backends.decoder().follow(FakeGeneration.says("!"));

        String body = post(COMPLETIONS, "{\"prompt\":\"Who\",\"echo\":true,\"stream\":true}")
                .body();

        assertThat(body).containsSubsequence("\"text\":\"Who\"", "\"text\":\"!\"", "\"finish_reason\":\"stop\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<|user|>", "<|image|>", "[gMASK]<sop>", "<|endoftext|>"})
    void aControlTokenInAPromptStaysText(String literal) {
        post(COMPLETIONS, "{\"prompt\":\"" + literal + "\"}");

        assertThat(backends.decoder()
                        .starts()
                        .getFirst()
                        .getPrompt(0)
                        .getTokens()
                        .getTokenIdsList())
                .hasSizeGreaterThan(1)
                .noneMatch(id -> TestBundle.tokenizer().isSpecial(id));
    }

    @Test
    void keepsTheTagsOfAThought() throws IOException {
        backends.decoder().follow(FakeGeneration.says("<think>Hm.</think>\n<answer>Yes"));

        assertThat(strings(answer("{\"prompt\":\"x\"}").path("choices"), "text"))
                .containsExactly("<think>Hm.</think>\n<answer>Yes");
    }

    @Test
    void endsAtAStopString() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("one two three");
            generation.awaitCancel();
        });

        assertThat(strings(answer("{\"prompt\":\"x\",\"stop\":\"two\"}").path("choices"), "text"))
                .containsExactly("one ");
    }

    @Test
    void tellsThatTheTokenLimitCutAChoice() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("cut");
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        assertThat(strings(answer("{\"prompt\":\"x\",\"max_tokens\":1}").path("choices"), "finish_reason"))
                .containsExactly("length");
    }

    @Test
    void anErrorAfterTheFirstTokenEndsTheStream() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down.");
        });

        assertThat(post(COMPLETIONS, "{\"prompt\":\"x\",\"stream\":true}").body())
                .contains("event: error\ndata: {\"error\":{\"message\":\"The decoder is shutting down.\"")
                .endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing_required_parameter | prompt",
                "{\"prompt\":null} | missing_required_parameter | prompt",
                "{\"prompt\":\"\"} | invalid_value | prompt",
                "{\"prompt\":[]} | empty_array | prompt",
                "{\"prompt\":[\"\"]} | invalid_value | prompt[0]",
                "{\"prompt\":[[]]} | empty_array | prompt[0]",
                "{\"prompt\":[[1],[]]} | empty_array | prompt[1]",
                "{\"prompt\":5} | invalid_type | prompt",
                "{\"prompt\":{}} | invalid_type | prompt",
                "{\"prompt\":[1,\"a\"]} | invalid_type | prompt[1]",
                "{\"prompt\":[\"a\",1]} | invalid_type | prompt[1]",
                "{\"prompt\":[1.5]} | invalid_type | prompt[0]",
                "{\"prompt\":[2048]} | invalid_value | prompt[0]",
                "{\"prompt\":[-1]} | invalid_value | prompt[0]",
                "{\"prompt\":[[5,2039]]} | invalid_value | prompt[0][1]",
                "{\"prompt\":[2043]} | invalid_value | prompt[0]",
                "{\"prompt\":\"x\",\"max_tokens\":0} | integer_below_min_value | max_tokens",
                "{\"prompt\":\"x\",\"max_tokens\":9000} | context_length_exceeded | prompt",
                "{\"prompt\":\"x\",\"n\":9} | integer_above_max_value | n",
                "{\"prompt\":\"x\",\"n\":0} | integer_below_min_value | n",
                "{\"prompt\":\"x\",\"logprobs\":6} | integer_above_max_value | logprobs",
                "{\"prompt\":\"x\",\"logprobs\":true} | invalid_type | logprobs",
                "{\"prompt\":\"x\",\"prompt_logprobs\":21} | integer_above_max_value | prompt_logprobs",
                "{\"prompt\":\"x\",\"prompt_logprobs\":1,\"stream\":true} | invalid_value | prompt_logprobs",
                "{\"prompt\":\"x\",\"bad_words\":[\"\"]} | invalid_value | bad_words[0]",
                "{\"prompt\":\"x\",\"allowed_token_ids\":[]} | empty_array | allowed_token_ids",
                "{\"prompt\":\"x\",\"suffix\":\"y\"} | unsupported_parameter | suffix",
                "{\"prompt\":\"x\",\"guided_regex\":\"y\"} | unsupported_parameter | guided_regex",
                "{\"prompt\":\"x\",\"n\":2,\"best_of\":2,\"stream\":true} | invalid_value | best_of",
                "{\"prompt\":\"x\",\"best_of\":2} | unsupported_value | best_of",
                "{\"prompt\":\"x\",\"prompt_embeds\":\"\"} | unsupported_parameter | prompt_embeds",
                "{\"prompt\":\"x\",\"temperature\":3} | decimal_above_max_value | temperature",
                "{\"prompt\":\"x\",\"stream_options\":{}} | invalid_value | stream_options",
                "{\"prompt\":\"x\",\"response_format\":{\"type\":\"json_object\"}} | unsupported_value | response_format.type"
            })
    void namesWhatIsWrong(String body, String code, String param) throws IOException {
        HttpResponse<String> response = post(COMPLETIONS, body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("param").asText()).isEqualTo(param);
    }

    @Test
    void boundsTheChoicesOfAllPromptsTogether() {
        String prompts = "\"x\",".repeat(17).replaceAll(",$", "");

        HttpResponse<String> response = post(COMPLETIONS, "{\"prompt\":[" + prompts + "],\"n\":8}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("17 prompts with 8 choices each are 136 choices; at most 128");
        assertThat(backends.decoder().starts()).isEmpty();
    }

    @Test
    void aBestOfThatIsTheNumberOfChoicesIsFine() throws IOException {
        assertThat(answer("{\"prompt\":\"x\",\"n\":2,\"best_of\":2}")
                        .path("choices")
                        .size())
                .isEqualTo(2);
    }

    private JsonNode answer(String body) throws IOException {
        HttpResponse<String> response = post(COMPLETIONS, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static String anonymous(String body) {
        return VARYING.matcher(body).replaceAll("\"id\":?,$1\"created\":?");
    }

    private static List<Integer> ids(String text) {
        return TestBundle.tokenizer().encodeText(text).stream().boxed().toList();
    }

    private static String text(int... ids) {
        return TestBundle.tokenizer().text(TokenIds.of(ids));
    }

    private static List<String> strings(JsonNode array, String field) {
        return array.valueStream().map(element -> element.path(field).asText()).toList();
    }
}
