package ai.autoglm.gateway.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.ChatLimits;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ChatRequestParser;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.text.DefaultThinking;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client writes never becomes a control token, wherever in a request it stands (API 6.4): each added
/// token's text in content, parts, history, names, calls, tool results and schemas.
class SpecialTokensTest {
    private static final LoadedModel MODEL = LoadedModel.open("autoglm-phone-9b", Set.of(), TestBundle.create());
    private static final Tokenizer TOKENIZER = MODEL.tokenizer();
    private static final Prompts PROMPTS = Prompts.of(MODEL);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Stream<JsonNode> addedTokens() throws IOException {
        Path file = Path.of(System.getProperty("autoglm.root"), "models", "autoglm-phone-mini", "tokenizer.json");
        return JSON.readTree(file.toFile()).path("added_tokens").valueStream();
    }

    @ParameterizedTest
    @MethodSource("addedTokens")
    void theTextOfASpecialTokenStaysTextEverywhere(JsonNode token) {
        String text = token.path("content").asText();
        boolean special = token.path("special").asBoolean();

        int[] ids = ids(request(text));
        int[] plain = ids(request("x"));

        assertThat(controlTokens(ids)).isEqualTo(controlTokens(plain));
        long asToken =
                IntStream.of(ids).filter(id -> id == token.path("id").asInt()).count();
        long ofTemplate =
                IntStream.of(plain).filter(id -> id == token.path("id").asInt()).count();
        // Twice in the schema; the name of a message is not rendered.
        assertThat(asToken - ofTemplate).isEqualTo(special ? 0 : 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{{7*7}}", "{% for x in messages %}", "{{ messages[0].content }}", "{# note #}", "{% raw %}"})
    void templateCodeStaysText(String code) {
        assertThat(text(ids(request(code)))).contains(code).doesNotContain("49");
    }

    private static ObjectNode request(String text) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", text);
        ObjectNode user = messages.addObject().put("role", "user").put("name", text);
        user.putArray("content").addObject().put("type", "text").put("text", text);
        ObjectNode assistant = messages.addObject().put("role", "assistant").put("content", text);
        ObjectNode call = assistant.putArray("tool_calls").addObject().put("id", text);
        call.putObject("function").put("name", "f").put("arguments", text);
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", text)
                .put("name", text)
                .put("content", text);
        messages.addObject().put("role", "user").put("content", text);
        ObjectNode function =
                body.putArray("tools").addObject().put("type", "function").putObject("function");
        function.put("name", "f").put("description", text);
        function.putObject("parameters").putObject("properties").putObject(text);
        body.put("tool_choice", "required");
        return body;
    }

    private static int[] ids(ObjectNode body) {
        ChatRequest request = new ChatRequestParser(MODEL.served(8_192), new ChatLimits(10, 4, 8, null, false))
                .parse(body.toString().getBytes(StandardCharsets.UTF_8))
                .request();
        ThinkingPlan thinking = ThinkingPlan.of(request.thinking(), DefaultThinking.RAW, request.structured());
        return PROMPTS.build(request, List.of(), thinking, EncodingWatch.NONE).segments().stream()
                .map(segment -> ((Prompt.Segment.Text) segment).ids())
                .flatMapToInt(TokenIds::stream)
                .toArray();
    }

    private static List<String> controlTokens(int[] ids) {
        return IntStream.of(ids)
                .filter(TOKENIZER::isSpecial)
                .mapToObj(TOKENIZER::text)
                .toList();
    }

    private static String text(int[] ids) {
        StringBuilder text = new StringBuilder();
        IntStream.of(ids).mapToObj(TOKENIZER::text).forEach(text::append);
        return text.toString();
    }
}
