package ai.autoglm.gateway.openai;

import static ai.autoglm.gateway.openai.ChatRequests.assertRefused;
import static ai.autoglm.gateway.openai.ChatRequests.parse;
import static ai.autoglm.gateway.openai.ChatRequests.refusal;
import static ai.autoglm.gateway.openai.ChatRequests.utf8;
import static ai.autoglm.gateway.openai.ChatRequests.withFields;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.ToolUse.Choice;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `tools`, `tool_choice` and `parallel_tool_calls` (API 1.2).
class ToolFieldsTest {
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"description\":\"Tells the weather\",\"strict\":true,\"parameters\":" + SCHEMA + "}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"time\"}}]";
    private static final Tool WEATHER = new Tool(
            "weather",
            "{\"name\":\"weather\",\"description\":\"Tells the weather\",\"parameters\":" + SCHEMA + "}",
            SCHEMA);
    private static final Tool TIME = new Tool(
            "time", "{\"name\":\"time\"}", "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");

    @Test
    void leavesTheChoiceToTheModelWhenNothingIsSaid() {
        assertThat(tools("")).isEqualTo(new ToolUse(List.of(WEATHER, TIME), Choice.AUTO, List.of(WEATHER, TIME), true));
        assertThat(tools(",\"tool_choice\":null")).isEqualTo(tools(""));
        assertThat(tools(",\"tool_choice\":\"auto\"")).isEqualTo(tools(""));
    }

    @Test
    void readsEachChoice() {
        assertThat(tools(",\"tool_choice\":\"none\""))
                .isEqualTo(new ToolUse(List.of(WEATHER, TIME), Choice.NONE, List.of(), true));
        assertThat(tools(",\"tool_choice\":\"required\",\"parallel_tool_calls\":false"))
                .isEqualTo(new ToolUse(List.of(WEATHER, TIME), Choice.REQUIRED, List.of(WEATHER, TIME), false));
        assertThat(tools(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"time\"}}"))
                .isEqualTo(new ToolUse(List.of(WEATHER, TIME), Choice.REQUIRED, List.of(TIME), true));
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "required, REQUIRED"})
    void readsAllowedTools(String mode, Choice choice) {
        assertThat(tools(",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"" + mode
                        + "\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"time\"}}]}}"))
                .isEqualTo(new ToolUse(List.of(WEATHER, TIME), choice, List.of(TIME), true));
    }

    @Test
    void aForcedCallIsALanguage() {
        ChatRequest request = parse(withFields(TOOLS + ",\"tool_choice\":\"required\""));
        assertThat(request.language())
                .isEqualTo(new GrammarSource.ToolCalls(List.of(
                        new GrammarSource.Tool("weather", SCHEMA),
                        new GrammarSource.Tool("time", TIME.parametersSchema()))));
        assertThat(parse(withFields(TOOLS)).language()).isNull();
        assertThat(parse(withFields(TOOLS)).structured()).isTrue();
    }

    @Test
    void anEmptyListIsNoList() {
        assertThat(parse(withFields("\"tools\":[],\"tool_choice\":\"required\"")))
                .isEqualTo(parse(withFields("")));
        assertThat(parse(withFields("\"tools\":[]")).tools()).isEqualTo(ToolUse.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"auto\"", "\"required\"", "{\"type\":\"function\",\"function\":{\"name\":\"time\"}}"})
    void refusesAChoiceWithoutTools(String choice) {
        assertRefused(withFields("\"tool_choice\":" + choice), ErrorCode.INVALID_VALUE, "tool_choice");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "some"                                              | INVALID_VALUE | tool_choice
                    5                                                   | INVALID_TYPE  | tool_choice
                    {"type":"function"}                                 | MISSING_REQUIRED_PARAMETER | tool_choice.function
                    {"type":"function","function":{"name":"dance"}}     | INVALID_VALUE | tool_choice.function.name
                    {"type":"custom"}                                   | INVALID_VALUE | tool_choice.type
                    {"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}} | INVALID_VALUE | tool_choice.type
                    """)
    void refusesOtherChoices(String choice, ErrorCode code, String param) {
        assertRefused(withFields(TOOLS + ",\"tool_choice\":" + choice), code, param);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"custom","custom":{"name":"f"}}                     | UNSUPPORTED_VALUE          | tools[0].type
                    {"type":"function"}                                         | MISSING_REQUIRED_PARAMETER | tools[0].function
                    {"type":"function","function":{}}                           | MISSING_REQUIRED_PARAMETER | tools[0].function.name
                    {"type":"function","function":{"name":"a b"}}               | INVALID_VALUE              | tools[0].function.name
                    {"type":"function","function":{"name":""}}                  | INVALID_VALUE              | tools[0].function.name
                    {"type":"function","function":{"name":"<user>"}}            | INVALID_VALUE              | tools[0].function.name
                    {"type":"function","function":{"name":"f","description":1}} | INVALID_TYPE               | tools[0].function.description
                    {"type":"function","function":{"name":"f","parameters":[]}} | INVALID_TYPE               | tools[0].function.parameters
                    5                                                           | INVALID_TYPE               | tools[0]
                    """)
    void refusesToolsThatAreNone(String tool, ErrorCode code, String param) {
        assertRefused(withFields("\"tools\":[" + tool + "]"), code, param);
    }

    @Test
    void refusesASchemaThatCannotBeForced() {
        String tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"parameters\":{\"type\":\"circle\"}}}]";
        String body = withFields(tools + ",\"tool_choice\":\"required\"");
        assertRefused(body, ErrorCode.INVALID_VALUE, "tools[0].function.parameters");
        assertThat(refusal(utf8(body)).message()).startsWith("Invalid schema for function 'f': ");
    }

    @Test
    void aFormatIsKeptBesideTools() {
        String format = ",\"response_format\":{\"type\":\"json_object\"}";
        GrammarSource object = new GrammarSource.JsonSchema("{\"type\":\"object\"}");
        GrammarSource call =
                parse(withFields(TOOLS + ",\"tool_choice\":\"required\"")).language();

        assertThat(parse(withFields(TOOLS + format)).language())
                .isEqualTo(new GrammarSource.AnyOf(List.of(call, object)));
        assertThat(parse(withFields(TOOLS + format + ",\"tool_choice\":\"none\""))
                        .language())
                .isEqualTo(object);
        assertThat(parse(withFields(TOOLS + format + ",\"tool_choice\":\"required\""))
                        .language())
                .isEqualTo(call);
    }

    private static ToolUse tools(String choice) {
        return parse(withFields(TOOLS + choice)).tools();
    }
}
