package ai.autoglm.gateway.openai;

import ai.autoglm.gateway.openai.ToolUse.Choice;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/// Reads the tools of a request and what to do with them. Source: API 1.2.
final class ToolFields {
    private static final int MAX_TOOLS = 128;

    /// What a function without parameters takes.
    private static final String NO_PARAMETERS =
            "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";

    private final LanguageChecks checks;

    ToolFields(LanguageChecks checks) {
        this.checks = checks;
    }

    ToolUse read(JsonFields root) {
        boolean parallel = root.bool("parallel_tool_calls").orElse(true);
        Optional<JsonValue> choice = root.find("tool_choice");
        Optional<JsonValue> value = root.find("tools");
        List<JsonValue> elements = value.map(tools -> tools.elements(MAX_TOOLS)).orElse(List.of());
        List<Tool> tools = elements.stream().map(ToolFields::tool).toList();
        if (tools.isEmpty()) {
            choice.ifPresent(given -> requireNone(given, value.isPresent()));
            return ToolUse.NONE;
        }
        return choice.map(given -> chosen(given, tools, parallel))
                .orElseGet(() -> new ToolUse(tools, Choice.AUTO, tools, parallel));
    }

    /// The language of one call of a tool that may be called.
    ///
    /// @throws ServingException INVALID_VALUE when the parameters of a tool of the request cannot be kept
    GrammarSource oneCall(ToolUse use) {
        for (int index = 0; index < use.offered().size(); index++) {
            Tool tool = use.offered().get(index);
            checks.check(
                    new GrammarSource.ToolCalls(List.of(callable(tool))),
                    "Invalid schema for function '" + tool.name() + "': ",
                    "tools[" + index + "].function.parameters");
        }
        return new GrammarSource.ToolCalls(
                use.callable().stream().map(ToolFields::callable).toList());
    }

    private static GrammarSource.Tool callable(Tool tool) {
        return new GrammarSource.Tool(tool.name(), tool.parametersSchema());
    }

    /// With an empty list of tools, a choice among them is none, as vLLM reads it.
    private static void requireNone(JsonValue choice, boolean emptyList) {
        if (choice.isString()) {
            String name = choice.oneOf(List.of("none", "auto", "required"));
            if (name.equals("none") || emptyList) {
                return;
            }
        } else {
            choice.fields();
        }
        throw choice.error(ErrorCode.INVALID_VALUE, "is only allowed when 'tools' are given.");
    }

    private static ToolUse chosen(JsonValue choice, List<Tool> tools, boolean parallel) {
        if (choice.isString()) {
            return switch (choice.oneOf(List.of("none", "auto", "required"))) {
                case "none" -> new ToolUse(tools, Choice.NONE, List.of(), parallel);
                case "auto" -> new ToolUse(tools, Choice.AUTO, tools, parallel);
                default -> new ToolUse(tools, Choice.REQUIRED, tools, parallel);
            };
        }
        JsonFields fields = choice.fields();
        JsonValue type = fields.require("type");
        if (type.oneOf(List.of("function", "allowed_tools")).equals("function")) {
            return new ToolUse(tools, Choice.REQUIRED, List.of(named(fields, tools)), parallel);
        }
        JsonFields allowed = fields.require("allowed_tools").fields();
        boolean required =
                allowed.require("mode").oneOf(List.of("auto", "required")).equals("required");
        List<Tool> callable = allowed.require("tools").elements(MAX_TOOLS).stream()
                .map(element -> named(element.fields(), tools))
                .distinct()
                .toList();
        if (callable.isEmpty()) {
            throw type.error(ErrorCode.INVALID_VALUE, "is allowed_tools, but no tool is allowed.");
        }
        return new ToolUse(tools, required ? Choice.REQUIRED : Choice.AUTO, callable, parallel);
    }

    private static Tool named(JsonFields reference, List<Tool> tools) {
        JsonValue name = reference.require("function").fields().require("name");
        return tools.stream()
                .filter(tool -> tool.name().equals(name.string()))
                .findFirst()
                .orElseThrow(() -> name.error(
                        ErrorCode.INVALID_VALUE,
                        "must be the name of one of 'tools', not " + JsonValue.echo(name.string()) + "."));
    }

    private static Tool tool(JsonValue element) {
        JsonFields tool = element.fields();
        JsonValue type = tool.require("type");
        if (!type.string().equals("function")) {
            throw type.error(
                    ErrorCode.UNSUPPORTED_VALUE, "must be function, not " + JsonValue.echo(type.string()) + ".");
        }
        JsonFields function = tool.require("function").fields();
        function.bool("strict");
        String name = function.require("name").identifier();
        ObjectNode definition = JsonNodeFactory.instance.objectNode().put("name", name);
        function.string("description").ifPresent(text -> definition.put("description", text));
        Optional<JsonValue> parameters = function.find("parameters");
        parameters.ifPresent(schema -> definition.set("parameters", schema.object()));
        return new Tool(
                name,
                definition.toString(),
                parameters.map(schema -> schema.object().toString()).orElse(NO_PARAMETERS));
    }
}
