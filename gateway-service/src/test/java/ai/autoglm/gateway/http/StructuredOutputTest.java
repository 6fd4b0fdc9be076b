package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.proto.v1.Thought;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the decoder is asked to keep, and what becomes of it (API 1.2, 1.5).
@QuarkusTest
class StructuredOutputTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Tokenizer TOKENIZER = TestBundle.tokenizer();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "response_format":{"type":"json_object"}                          | JSON_SCHEMA
                    "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"null"}}} | JSON_SCHEMA
                    "structured_outputs":{"json":{"type":"null"}}                     | JSON_SCHEMA
                    "structured_outputs":{"regex":"a+"}                               | REGEX
                    "structured_outputs":{"choice":["a","b"]}                         | CHOICES
                    "structured_outputs":{"grammar":"root ::= \\"a\\""}               | EBNF
                    "structured_outputs":{"name":"autoglm-phone-action"}              | NAME
                    "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required" | TOOL_CALLS
                    """)
    void sendsTheLanguageToTheDecoder(String fields, Grammar.LanguageCase kind) {
        chat(hello(fields));

        assertThat(grammar().getLanguageCase()).isEqualTo(kind);
    }

    @Test
    void beginsTheLanguageAfterTheThought() throws IOException {
        backends.decoder().follow(FakeGeneration.says("<think>hm</think>\n<answer>", " {\"a\": \"<answer>\"}\n"));

        JsonNode message = message(hello("\"response_format\":{\"type\":\"json_object\"}"));

        Thought thought = grammar().getThought();
        assertThat(thought.getOpeningTokenIdsList())
                .containsExactly(TOKENIZER.idOf("<think>").orElseThrow());
        assertThat(thought.getClosingTokenId())
                .isEqualTo(TOKENIZER.idOf("</think>").orElseThrow());
        assertThat(thought.getFollowingTokenIdsList())
                .containsExactlyElementsOf(
                        TOKENIZER.encodeText("\n<answer>").stream().boxed().toList());
        assertThat(message.path("content").asText()).isEqualTo(" {\"a\": \"<answer>\"}\n");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("hm");
    }

    @Test
    void beginsTheLanguageAtOnceWithThinkingOff() throws IOException {
        backends.decoder().follow(FakeGeneration.says("yes"));

        JsonNode message = message(hello("\"structured_outputs\":{\"choice\":[\"yes\"]},\"enable_thinking\":false"));

        assertThat(grammar().hasThought()).isFalse();
        assertThat(message.path("content").asText()).isEqualTo("yes");
    }

    @Test
    void aBadSchemaIsA400BeforeTheStreamBegins() {
        HttpResponse<String> response = chat(hello("\"stream\":true,\"response_format\":{\"type\":\"json_schema\","
                + "\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"circle\"}}}"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("Invalid schema for response_format");
        assertThat(backends.decoder().starts()).isEmpty();
    }

    private Grammar grammar() {
        assertThat(backends.decoder().starts().getFirst().hasGrammar()).isTrue();
        return backends.decoder().starts().getFirst().getGrammar();
    }

    private JsonNode message(String body) throws IOException {
        return JSON.readTree(chat(body).body()).path("choices").path(0).path("message");
    }
}
