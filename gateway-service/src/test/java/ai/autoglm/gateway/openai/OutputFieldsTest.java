package ai.autoglm.gateway.openai;

import static ai.autoglm.gateway.openai.ChatRequests.assertRefused;
import static ai.autoglm.gateway.openai.ChatRequests.parse;
import static ai.autoglm.gateway.openai.ChatRequests.refusal;
import static ai.autoglm.gateway.openai.ChatRequests.utf8;
import static ai.autoglm.gateway.openai.ChatRequests.withFields;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `response_format` and `structured_outputs` (API 1.2).
class OutputFieldsTest {
    private static final String OBJECT = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}";

    @Test
    void anyTextWillDoWhereNothingIsSaid() {
        assertThat(parse(withFields("")).language()).isNull();
        assertThat(parse(withFields("\"response_format\":{\"type\":\"text\"}")).language())
                .isNull();
        assertThat(parse(withFields("")).structured()).isFalse();
    }

    @Test
    void readsJsonObject() {
        ChatRequest request = parse(withFields("\"response_format\":{\"type\":\"json_object\"}"));
        assertThat(request.language()).isEqualTo(new GrammarSource.JsonSchema("{\"type\":\"object\"}"));
        assertThat(request.structured()).isTrue();
    }

    @Test
    void readsJsonSchema() {
        assertThat(parse(withFields("\"response_format\":"
                                + schema("\"name\":\"point\",\"strict\":true,\"schema\":" + OBJECT)))
                        .language())
                .isEqualTo(new GrammarSource.JsonSchema(OBJECT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"json_schema"}                                        | MISSING_REQUIRED_PARAMETER | response_format.json_schema
                    {"type":"json_schema","json_schema":{"name":"a"}}             | MISSING_REQUIRED_PARAMETER | response_format.json_schema.schema
                    {"type":"json_schema","json_schema":{"schema":{}}}            | MISSING_REQUIRED_PARAMETER | response_format.json_schema.name
                    {"type":"json_schema","json_schema":{"name":"a b","schema":{}}} | INVALID_VALUE            | response_format.json_schema.name
                    {"type":"json_schema","json_schema":{"name":"a","schema":"{}"}} | INVALID_TYPE             | response_format.json_schema.schema
                    {"type":"json_schema","json_schema":{"name":"a","schema":{"type":"circle"}}} | INVALID_VALUE | response_format.json_schema.schema
                    {"type":"yaml"}                                               | INVALID_VALUE              | response_format.type
                    {}                                                            | MISSING_REQUIRED_PARAMETER | response_format.type
                    """)
    void refusesFormatsThatMakeNoSense(String format, ErrorCode code, String param) {
        assertRefused(withFields("\"response_format\":" + format), code, param);
    }

    @Test
    void boundsTheNameOfASchema() {
        assertRefused(
                withFields("\"response_format\":" + schema("\"name\":\"" + "a".repeat(65) + "\",\"schema\":{}")),
                ErrorCode.STRING_ABOVE_MAX_LENGTH,
                "response_format.json_schema.name");
    }

    @Test
    void saysWhatIsWrongWithASchemaInTheWordsThatClientsLookFor() {
        String body = withFields(
                "\"response_format\":" + schema("\"name\":\"a\",\"schema\":{\"type\":\"string\",\"pattern\":\"(\"}"));
        assertThat(refusal(utf8(body)).message()).startsWith("Invalid schema for response_format: ");
    }

    @Test
    void readsEachKindOfStructure() {
        assertThat(language("{\"json\":" + OBJECT + "}")).isEqualTo(new GrammarSource.JsonSchema(OBJECT));
        assertThat(language("{\"json\":\"{\\\"type\\\":\\\"null\\\"}\"}"))
                .isEqualTo(new GrammarSource.JsonSchema("{\"type\":\"null\"}"));
        assertThat(language("{\"json_object\":true}")).isEqualTo(new GrammarSource.JsonSchema("{\"type\":\"object\"}"));
        assertThat(language("{\"regex\":\"[a-z]+\"}")).isEqualTo(new GrammarSource.Regex("[a-z]+"));
        assertThat(language("{\"choice\":[\"yes\",\"no\"]}"))
                .isEqualTo(new GrammarSource.Choices(List.of("yes", "no")));
        assertThat(language("{\"grammar\":\"root ::= \\\"a\\\"+\"}"))
                .isEqualTo(new GrammarSource.Gbnf("root ::= \"a\"+"));
        assertThat(language("{\"name\":\"autoglm-phone-action\"}"))
                .isEqualTo(new GrammarSource.Named("autoglm-phone-action"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                             | INVALID_VALUE         | structured_outputs
                    {"json":{},"regex":"a"}        | INVALID_VALUE         | structured_outputs
                    {"regex":"("}                  | INVALID_VALUE         | structured_outputs.regex
                    {"regex":5}                    | INVALID_TYPE          | structured_outputs.regex
                    {"choice":[]}                  | EMPTY_ARRAY           | structured_outputs.choice
                    {"choice":[1]}                 | INVALID_TYPE          | structured_outputs.choice[0]
                    {"grammar":"root = a"}         | INVALID_VALUE         | structured_outputs.grammar
                    {"name":"haiku"}               | INVALID_VALUE         | structured_outputs.name
                    {"json":"not json"}            | INVALID_VALUE         | structured_outputs.json
                    {"json_object":false}          | INVALID_VALUE         | structured_outputs.json_object
                    {"regex":"a","structural_tag":"x"} | UNSUPPORTED_PARAMETER | structured_outputs.structural_tag
                    """)
    void refusesStructuresThatMakeNoSense(String structure, ErrorCode code, String param) {
        assertRefused(withFields("\"structured_outputs\":" + structure), code, param);
    }

    @Test
    void refusesTwoStructuresAtOnce() {
        assertRefused(
                withFields("\"response_format\":{\"type\":\"json_object\"},\"structured_outputs\":{\"regex\":\"a\"}"),
                ErrorCode.INVALID_VALUE,
                "structured_outputs");
    }

    @Test
    void readsStructuresAsOlderClientsSayThem() {
        assertThat(parse(withFields("\"guided_json\":" + OBJECT)).language())
                .isEqualTo(new GrammarSource.JsonSchema(OBJECT));
        assertThat(parse(withFields("\"guided_regex\":\"[a-z]+\"")).language())
                .isEqualTo(new GrammarSource.Regex("[a-z]+"));
        assertThat(parse(withFields("\"guided_choice\":[\"yes\",\"no\"],\"guided_json\":null"))
                        .language())
                .isEqualTo(new GrammarSource.Choices(List.of("yes", "no")));
        assertRefused(withFields("\"guided_grammar\":\"root = a\""), ErrorCode.INVALID_VALUE, "guided_grammar");
        assertRefused(
                withFields("\"guided_regex\":\"a\",\"guided_choice\":[\"a\"]"),
                ErrorCode.INVALID_VALUE,
                "guided_choice");
        assertRefused(
                withFields("\"guided_regex\":\"a\",\"structured_outputs\":{\"regex\":\"a\"}"),
                ErrorCode.INVALID_VALUE,
                "guided_regex");
    }

    @Test
    void endsQuicklyOnRegexesThatExplode() {
        assertRefused(
                withFields("\"structured_outputs\":{\"regex\":\"(a{1000}){1000}\"}"),
                ErrorCode.INVALID_VALUE,
                "structured_outputs.regex");
        assertRefused(
                withFields("\"structured_outputs\":{\"regex\":\"" + "(".repeat(10_000) + "\"}"),
                ErrorCode.INVALID_VALUE,
                "structured_outputs.regex");
    }

    private static GrammarSource language(String structure) {
        return Objects.requireNonNull(
                parse(withFields("\"structured_outputs\":" + structure)).language());
    }

    private static String schema(String fields) {
        return "{\"type\":\"json_schema\",\"json_schema\":{" + fields + "}}";
    }
}
