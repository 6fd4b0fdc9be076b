package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Calls that the client forces, which work with every model (API 1.2, 1.6, D6).
@QuarkusTest
class ToolsTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"tap\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}}}]";
    private static final String FORCED = TOOLS + ",\"tool_choice\":\"required\"";
    private static final String THOUGHT = "<think>hm</think>\n<answer>";
    private static final String ARGUMENTS = "{\"text\":\"a}\\\"b\"}";

    @Test
    void answersWithACall() throws IOException {
        backends.decoder().follow(FakeGeneration.says(THOUGHT, "tap\n", ARGUMENTS));

        JsonNode choice =
                JSON.readTree(chat(hello(FORCED)).body()).path("choices").path(0);

        assertIsACall(choice, "hm", "tap", ARGUMENTS);
    }

    @Test
    void streamsACallWithItsIdAndNameOnce() throws IOException {
        backends.decoder().follow(FakeGeneration.says(THOUGHT, "ta", "p\n", "{\"text\":", "\"a\"}"));

        List<JsonNode> choices =
                ChatEvents.choices(chat(hello("\"stream\":true," + FORCED)).body());

        assertThat(choices.getFirst().path("delta").toString()).isEqualTo("{\"role\":\"assistant\"}");
        assertThat(choices).noneMatch(choice -> choice.path("delta").has("content"));
        List<JsonNode> calls = choices.stream()
                .filter(choice -> choice.path("delta").has("tool_calls"))
                .map(choice -> choice.path("delta").path("tool_calls").path(0))
                .toList();
        assertThat(calls)
                .allMatch(
                        call -> call.path("index").isInt() && call.path("index").asInt() == 0);
        assertThat(calls.getFirst().path("id").asText()).matches("call_[0-9a-f]{24}");
        assertThat(calls.getFirst().path("type").asText()).isEqualTo("function");
        assertThat(calls.getFirst().path("function").toString()).isEqualTo("{\"name\":\"tap\",\"arguments\":\"\"}");
        List<JsonNode> fragments = calls.subList(1, calls.size());
        assertThat(fragments).allMatch(call -> !call.has("id") && !call.has("type"));
        assertThat(fragments).allMatch(call -> !call.path("function").has("name"));
        StringBuilder arguments = new StringBuilder();
        fragments.forEach(
                call -> arguments.append(call.path("function").path("arguments").asText()));
        assertThat(arguments.toString()).isEqualTo("{\"text\":\"a\"}");
        assertThat(choices)
                .filteredOn(choice -> !choice.path("finish_reason").isNull())
                .singleElement()
                .satisfies(choice ->
                        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls"));
    }

    @Test
    void saysThatTheTokenLimitCutACall() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say(THOUGHT + "tap\n{}");
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        JsonNode choice =
                JSON.readTree(chat(hello(FORCED)).body()).path("choices").path(0);

        assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
        assertThat(choice.path("message").path("tool_calls")).hasSize(1);
    }

    @Test
    void cannotLeaveTheChoiceToAModelThatKnowsNoTools() {
        HttpResponse<String> response = chat(hello(TOOLS));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"unsupported_value\"", "\"param\":\"tool_choice\"", "required");
        assertThat(backends.decoder().starts()).isEmpty();
    }

    @Test
    void answersInWordsWhereNoCallIsWanted() throws IOException {
        backends.decoder().follow(FakeGeneration.says("tap\n{}"));

        JsonNode choice = JSON.readTree(
                        chat(hello(TOOLS + ",\"tool_choice\":\"none\"")).body())
                .path("choices")
                .path(0);

        assertThat(choice.path("message").path("content").asText()).isEqualTo("tap\n{}");
        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void takesTheResultOfACall() {
        HttpResponse<String> response = chat("""
                {"messages":[{"role":"user","content":"go"},
                {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
                "function":{"name":"tap","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_1","content":"done"}],%s}""".formatted(FORCED));

        assertThat(response.statusCode()).isEqualTo(200);
        ByteArrayOutputStream prompt = new ByteArrayOutputStream();
        backends.decoder()
                .starts()
                .getFirst()
                .getPromptList()
                .forEach(segment -> segment.getTokens()
                        .getTokenIdsList()
                        .forEach(id -> prompt.writeBytes(TestBundle.tokenizer().bytes(id))));
        assertThat(prompt.toString(StandardCharsets.UTF_8))
                .contains("# 可用工具\n\n## tap\n")
                .endsWith("<|assistant|>\ntap\n{}<|observation|>\ndone<|assistant|>\n");
    }
}
