package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeDecoder;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.Grammar;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A model whose chat template was made for tools chooses for itself whether it calls one (API 1.2, 1.6).
@QuarkusTest
@TestProfile(ToolChoiceAutoTest.ToolTemplate.class)
class ToolChoiceAutoTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOOLS = """
            "tools":[
            {"type":"function","function":{"name":"tap","description":"Taps","parameters":
            {"type":"object","properties":{"text":{"type":"string"}}}}},
            {"type":"function","function":{"name":"back"}}]""";
    private static final String THOUGHT = "<think>hm</think>\n<answer>";
    private static final String ARGUMENTS = "{\"text\":\"a}\\\"b\"}";
    private static final String END_OF_CALL = "<|observation|>";

    public static final class ToolTemplate implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Path template = Path.of(
                    System.getProperty("autoglm.root"), "model-toolkit/src/test/resources/chattemplate/glm-4.jinja");
            return Map.of(
                    "autoglm.model.file", file(TestBundle.create(template)).toString());
        }

        /// What a model file names goes before the bundle that all tests share.
        private static Path file(Path bundle) {
            try {
                return Files.writeString(Files.createTempFile("models", ""), "autoglm-phone-9b 100 " + bundle + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"tool_choice\":\"auto\"", ",\"tool_choice\":null"})
    void tellsTheModelOfItsToolsAndLeavesItFree(String choice) {
        assertThat(chat(hello(TOOLS + choice)).statusCode()).isEqualTo(200);

        assertThat(prompt())
                .startsWith("[gMASK]<sop><|system|>\n# 可用工具\n\n## tap\n\n{\n    \"name\": \"tap\",")
                .contains("\n\n## back\n")
                .endsWith("<|user|>\nHi<|assistant|>\n");
        assertThat(backends.decoder().starts().getFirst().hasGrammar()).isFalse();
    }

    @Test
    void answersWithTheCallThatTheModelChose() throws IOException {
        backends.decoder().follow(calls(THOUGHT, "tap\n", ARGUMENTS));

        JsonNode choice = choice(hello(TOOLS));

        assertIsACall(choice, "hm", "tap", ARGUMENTS);
    }

    @Test
    void answersInWordsWhenTheModelPrefersThem() throws IOException {
        backends.decoder().follow(FakeGeneration.says("tap", "water is", " fine"));

        JsonNode whole = choice(hello(TOOLS));
        List<JsonNode> chunks =
                ChatEvents.choices(chat(hello("\"stream\":true," + TOOLS)).body());

        assertThat(whole.path("message").path("content").asText()).isEqualTo("tapwater is fine");
        assertThat(whole.path("message").has("tool_calls")).isFalse();
        assertThat(whole.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(text(chunks, "content")).isEqualTo("tapwater is fine");
        assertThat(chunks.getLast().path("finish_reason").asText()).isEqualTo("stop");
        assertThat(chunks).noneMatch(chunk -> chunk.path("delta").has("tool_calls"));
    }

    @Test
    void leavesACallOfAToolThatWasNotOfferedInWords() throws IOException {
        backends.decoder().follow(FakeGeneration.says("swipe\n{}"));

        JsonNode choice = choice(hello(TOOLS));

        assertThat(choice.path("message").path("content").asText()).isEqualTo("swipe\n{}");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void streamsWhatItWouldHaveSaidInOneBody() throws IOException {
        backends.decoder().follow(calls(THOUGHT, "ta", "p\n", "{\"text\":", "\"a}\\\"", "b\"}", "\nback\n", "{}"));

        List<JsonNode> chunks =
                ChatEvents.choices(chat(hello("\"stream\":true," + TOOLS)).body());
        JsonNode whole = choice(hello(TOOLS)).path("message").path("tool_calls");

        assertThat(chunks.getFirst().path("delta").path("role").asText()).isEqualTo("assistant");
        assertThat(text(chunks, "reasoning_content")).isEqualTo("hm");
        assertThat(text(chunks, "content")).isEmpty();
        List<JsonNode> calls = calls(chunks);
        assertThat(calls.stream().filter(call -> call.has("id")).toList())
                .extracting(call -> call.path("function").path("name").asText())
                .containsExactly("tap", "back");
        assertThat(arguments(calls, 0)).isEqualTo(ARGUMENTS).isEqualTo(argumentsOf(whole.path(0)));
        assertThat(arguments(calls, 1)).isEqualTo("{}").isEqualTo(argumentsOf(whole.path(1)));
        assertThat(chunks)
                .filteredOn(chunk -> !chunk.path("finish_reason").isNull())
                .singleElement()
                .satisfies(chunk -> {
                    assertThat(chunk.path("finish_reason").asText()).isEqualTo("tool_calls");
                    assertThat(chunk.path("delta")).isEmpty();
                });
    }

    @Test
    void saysNoContentBeforeACall() throws IOException {
        backends.decoder().follow(calls("tap\n", "{}"));

        List<JsonNode> chunks =
                ChatEvents.choices(chat(hello("\"stream\":true," + TOOLS)).body());

        assertThat(chunks).noneMatch(chunk -> chunk.path("delta").has("content"));
    }

    @Test
    void givesCallsOfOneTurnIdsOfTheirOwn() throws IOException {
        backends.decoder().follow(calls("I tap.", "<|assistant|>", "tap\n{}", "<|assistant|>", "back\n{}"));

        JsonNode message = choice(hello(TOOLS)).path("message");
        JsonNode calls = message.path("tool_calls");

        assertThat(message.path("content").asText()).isEqualTo("I tap.");
        assertThat(calls)
                .extracting(call -> call.path("function").path("name").asText())
                .containsExactly("tap", "back");
        assertThat(calls.path(0).path("id").asText())
                .isNotEqualTo(calls.path(1).path("id").asText());
    }

    @Test
    void takesTheFirstCallOnlyWhereSeveralAreNotAllowed() throws IOException {
        backends.decoder().follow(calls("tap\n{}", "\n", "back\n{}"));
        String fields = "\"parallel_tool_calls\":false," + TOOLS;

        assertThat(choice(hello(fields)).path("message").path("tool_calls")).hasSize(1);
        List<JsonNode> streamed = calls(
                ChatEvents.choices(chat(hello("\"stream\":true," + fields)).body()));

        assertThat(streamed).allMatch(call -> call.path("index").asInt(-1) == 0);
        assertThat(arguments(streamed, 0)).isEqualTo("{}");
    }

    @Test
    void stopsTheModelBehindTheOneCallThatIsAllowed() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("tap\n{}");
            generation.awaitCancel();
        });

        JsonNode choice = choice(hello("\"parallel_tool_calls\":false," + TOOLS));

        assertThat(choice.path("message").path("tool_calls")).hasSize(1);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void choosesBetweenACallAndAnAnswerOfItsFormat() throws IOException {
        String fields = "\"response_format\":{\"type\":\"json_object\"}," + TOOLS;
        backends.decoder().follow(calls("tap\n", "{}"));
        JsonNode call = choice(hello(fields));
        backends.decoder().follow(FakeGeneration.says("{\n\"tap\"", ":1}"));
        JsonNode words = choice(hello(fields));

        assertIsACall(call, "", "tap", "{}");
        assertThat(words.path("message").path("content").asText()).isEqualTo("{\n\"tap\":1}");
        assertThat(words.path("message").has("tool_calls")).isFalse();
        assertThat(backends.decoder().starts().getLast().getGrammar().getAnyOf().getLanguagesList())
                .extracting(Grammar::getLanguageCase)
                .containsExactly(Grammar.LanguageCase.TOOL_CALLS, Grammar.LanguageCase.JSON_SCHEMA);
    }

    @Test
    void letsTheModelChooseAmongTheAllowedToolsOnly() throws IOException {
        backends.decoder().follow(calls("tap\n{}"));
        String allowed = TOOLS + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\","
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"back\"}}]}}";

        JsonNode choice = choice(hello(allowed));

        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("message").path("content").asText()).isEqualTo("tap\n{}");
    }

    @Test
    void goesOnAfterTheResultsOfSeveralCalls() throws IOException {
        backends.decoder().follow(FakeGeneration.says("Done."));

        JsonNode choice = choice("""
                {"messages":[{"role":"user","content":"go"},
                {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"tap","arguments":"{\\"text\\":\\"a\\"}"}},
                {"id":"call_2","type":"function","function":{"name":"back","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_1","content":"tapped"},
                {"role":"tool","tool_call_id":"call_2","content":[{"type":"text","text":"went back"}]}],%s}""".formatted(TOOLS));

        assertThat(choice.path("message").path("content").asText()).isEqualTo("Done.");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(prompt())
                .contains("# 可用工具")
                .endsWith("<|user|>\ngo<|assistant|>\ntap\n{\"text\":\"a\"}\nback\n{}<|observation|>\ntapped"
                        + "<|observation|>\nwent back<|assistant|>\n");
    }

    @Test
    void saysThatTheTokenLimitCutACall() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("tap\n{\"text\":\"a");
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        JsonNode choice = choice(hello(TOOLS));

        assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
        assertThat(argumentsOf(choice.path("message").path("tool_calls").path(0)))
                .isEqualTo("{\"text\":\"a");
    }

    @Test
    void choosesInResponsesToo() throws IOException {
        backends.decoder().follow(calls("tap\n", ARGUMENTS));

        JsonNode response = JSON.readTree(post("/v1/responses", """
                        {"input":"Hi","tools":[{"type":"function","name":"tap",
                        "parameters":{"type":"object"}}]}""").body());

        assertThat(response.path("output")).anySatisfy(item -> {
            assertThat(item.path("type").asText()).isEqualTo("function_call");
            assertThat(item.path("name").asText()).isEqualTo("tap");
            assertThat(item.path("arguments").asText()).isEqualTo(ARGUMENTS);
        });
    }

    /// A generation of these texts, control tokens among them, ended as GLM-4 ends a call.
    private static FakeDecoder.Script calls(String... texts) {
        return generation -> {
            generation.accept(0);
            for (String text : texts) {
                TestBundle.tokenizer().idOf(text).ifPresentOrElse(generation::token, () -> generation.say(text));
            }
            generation.finishAt(TestBundle.tokenizer().idOf(END_OF_CALL).orElseThrow());
        };
    }

    private JsonNode choice(String body) throws IOException {
        return JSON.readTree(chat(body).body()).path("choices").path(0);
    }

    private static List<JsonNode> calls(List<JsonNode> chunks) {
        List<JsonNode> calls = new ArrayList<>();
        chunks.forEach(chunk -> chunk.path("delta").path("tool_calls").forEach(calls::add));
        return calls;
    }

    private static String arguments(List<JsonNode> calls, int index) {
        StringBuilder arguments = new StringBuilder();
        for (JsonNode call : calls) {
            if (call.path("index").asInt(-1) == index) {
                arguments.append(argumentsOf(call));
            }
        }
        return arguments.toString();
    }

    private static String argumentsOf(JsonNode call) {
        return call.path("function").path("arguments").asText();
    }

    private static String text(List<JsonNode> chunks, String field) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.path("delta").path(field).asText("")));
        return text.toString();
    }

    private String prompt() {
        ByteArrayOutputStream prompt = new ByteArrayOutputStream();
        FakeGeneration.promptIds(backends.decoder().starts().getLast()).stream()
                .forEach(id -> prompt.writeBytes(TestBundle.tokenizer().bytes(id)));
        return prompt.toString(StandardCharsets.UTF_8);
    }
}
