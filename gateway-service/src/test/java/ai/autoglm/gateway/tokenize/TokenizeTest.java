package ai.autoglm.gateway.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.http.GatewayTest;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.JsonValues;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TokenizeTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void tellsTheTokensOfAPrompt() throws IOException {
        JsonNode answer = tokenize("{\"prompt\":\"Who are you?\"}");

        List<Integer> expected = TestBundle.tokenizer().encodeText("Who are you?").stream()
                .boxed()
                .toList();
        assertThat(JsonValues.integers(answer.path("tokens"))).isEqualTo(expected);
        assertThat(answer.path("count").asInt()).isEqualTo(expected.size());
        assertThat(answer.path("max_model_len").asInt()).isEqualTo(8192);
        assertThat(answer.has("token_strs")).isTrue();
        assertThat(answer.path("token_strs").isNull()).isTrue();
    }

    @Test
    void tellsTheTextOfEachTokenWhenAsked() throws IOException {
        JsonNode answer = tokenize("{\"prompt\":\"Who are you?\",\"return_token_strs\":true}");

        assertThat(answer.path("token_strs").valueStream().map(JsonNode::asText).reduce("", String::concat))
                .isEqualTo("Who are you?");
        assertThat(answer.path("token_strs").size())
                .isEqualTo(answer.path("count").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<|user|>", "[gMASK]<sop>", "<|image|>", "<|begin_of_audio|>"})
    void aControlTokenInAPromptIsText(String literal) throws IOException {
        List<Integer> ids =
                JsonValues.integers(tokenize("{\"prompt\":\"" + literal + "\"}").path("tokens"));

        assertThat(ids)
                .hasSizeGreaterThan(1)
                .noneMatch(id -> TestBundle.tokenizer().isSpecial(id));
    }

    @Test
    void anEmptyPromptHasNoTokens() throws IOException {
        assertThat(tokenize("{\"prompt\":\"\"}").path("count").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Who are you?", "你是谁?😀", "a\\nb\\t\\\"c\\\"", "<|user|>\\n"})
    void detokenizeGivesBackWhatWasTokenized(String escaped) throws IOException {
        String tokens =
                tokenize("{\"prompt\":\"" + escaped + "\"}").path("tokens").toString();

        HttpResponse<String> text = post("/detokenize", "{\"tokens\":" + tokens + "}");

        assertThat(JSON.readTree(text.body())).isEqualTo(JSON.readTree("{\"prompt\":\"" + escaped + "\"}"));
    }

    @Test
    void detokenizeShowsControlTokens() {
        assertThat(post("/detokenize", "{\"tokens\":[2027,2029,2032]}").body())
                .isEqualTo("{\"prompt\":\"[gMASK]<sop><|user|>\"}");
    }

    @Test
    void tellsThePromptOfAConversationWithItsImagesFromTheirHeaders() throws IOException {
        JsonNode answer = tokenize(withParts(image("screen0.png"), text("按播放按钮")));

        assertThat(JsonValues.integers(answer.path("tokens"))).isEqualTo(goldenPrompt("screen0-q0"));
        assertThat(answer.path("count").asInt()).isEqualTo(89);
        assertThat(backends.vision().received()).isEmpty();
    }

    @Test
    void asksTheEncoderHowManyTokensAnAudioHasAndGivesItUp() throws IOException {
        backends.audio().countAudioTokens(37);
        backends.audio().sendWideRows(100_000);
        String body = withParts(audio("command.wav"), image("home.png"));

        JsonNode answer = tokenize(body);

        assertThat(JsonValues.integers(answer.path("tokens"))).isEqualTo(goldenPrompt("speech-before-screen"));
        Await.until("the rows are cancelled", () -> backends.audio().cancelledCount() == 1);
        assertThat(backends.decoder().starts()).isEmpty();
    }

    @Test
    void anAudioThatItsEncoderRefusesIsRefusedHere() {
        backends.audio().refuse(new ServingException(ErrorCode.AUDIO_TOO_LONG, "The audio has 400 seconds."));

        HttpResponse<String> response = post("/tokenize", withParts(audio("command.wav")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"audio_too_long\"", "messages[0].content[0].input_audio");
    }

    @Test
    void thinkingOffOpensTheAnswerAsInAChat() throws IOException {
        String body = hello("\"chat_template_kwargs\":{\"enable_thinking\":false},\"return_token_strs\":true");

        assertThat(tokenize(body).path("token_strs").toString())
                .endsWith("\"<think>\",\"</think>\",\"\\n\",\"<answer>\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tokenize | {} | 400 | missing_required_parameter | prompt",
                "/tokenize | {\"prompt\":5} | 400 | invalid_type | prompt",
                "/tokenize | {\"prompt\":[\"a\"]} | 400 | invalid_type | prompt",
                "/tokenize | {\"prompt\":\"a\",\"return_token_strs\":1} | 400 | invalid_type | return_token_strs",
                "/tokenize | {\"prompt\":\"a\",\"model\":\"gpt-5\"} | 404 | model_not_found | model",
                "/tokenize | [] | 400 | invalid_json | null",
                "/tokenize | {\"prompt\":\"a\",\"messages\":[]} | 400 | invalid_value | prompt",
                "/tokenize | {\"messages\":[]} | 400 | empty_array | messages",
                "/tokenize | {\"messages\":[{\"role\":\"x\",\"content\":\"\"}]} | 400 | invalid_value | messages[0].role",
                "/tokenize | {\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"mm_processor_kwargs\":{\"fps\":9}} | 400"
                        + " | unsupported_parameter | mm_processor_kwargs.fps",
                "/detokenize | {} | 400 | missing_required_parameter | tokens",
                "/detokenize | {\"tokens\":\"1\"} | 400 | invalid_type | tokens",
                "/detokenize | {\"tokens\":[-1]} | 400 | integer_below_min_value | tokens[0]",
                "/detokenize | {\"tokens\":[1,2048]} | 400 | integer_above_max_value | tokens[1]",
                "/detokenize | {\"tokens\":[1.5]} | 400 | invalid_type | tokens[0]",
                "/detokenize | {\"tokens\":[1],\"model\":\"gpt-5\"} | 404 | model_not_found | model"
            })
    void namesWhatIsWrong(String path, String body, int status, String code, String param) throws IOException {
        HttpResponse<String> response = post(path, body);

        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("param").asText()).isEqualTo(param);
    }

    private JsonNode tokenize(String body) throws IOException {
        HttpResponse<String> response = post("/tokenize", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static List<Integer> goldenPrompt(String name) throws IOException {
        for (JsonNode example : JSON.readTree(TestFiles.golden("golden.json"))) {
            if (example.path("name").asText().equals(name)) {
                return JsonValues.integers(example.path("prompt_token_ids"));
            }
        }
        throw new AssertionError("there is no case " + name);
    }
}
