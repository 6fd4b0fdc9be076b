package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.JsonValue;
import ai.autoglm.toolkit.bundle.GenerationDefaults;
import ai.autoglm.toolkit.error.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;

/// Reads the body of `POST /v1/responses` and says the same in the words of a chat request, whose rules then
/// apply. Stateless. Source: API.md 2.
final class ResponseRequestParser {
    private static final List<String> SAME_IN_CHAT = List.of(
            "model",
            "temperature",
            "top_p",
            "parallel_tool_calls",
            "metadata",
            "user",
            "safety_identifier",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "store",
            "enable_thinking",
            "chat_template_kwargs");
    private static final List<String> REFUSED = List.of("previous_response_id", "conversation", "prompt");

    private final GenerationDefaults defaults;

    /// @param defaults what a request gets that says nothing
    ResponseRequestParser(GenerationDefaults defaults) {
        this.defaults = defaults;
    }

    /// @throws ai.autoglm.toolkit.error.ServingException of a code that is the client's to mend, with the path
    ///     of the field as its param
    ResponseRequest parse(JsonFields root) {
        root.object("extra_body").ifPresent(root::mergeUnder);
        refuse(root);
        InputReader input = new InputReader();
        root.string("instructions").ifPresent(input::instructions);
        input.input(root.require("input"));
        boolean stream = root.bool("stream").orElse(false);
        ObjectNode chat = JsonNodeFactory.instance.objectNode();
        chat.set("messages", input.messages());
        copy(root, chat);
        root.find("tools").ifPresent(tools -> chat.set("tools", tools(tools)));
        root.find("tool_choice").ifPresent(choice -> chat.set("tool_choice", toolChoice(choice)));
        root.object("text").ifPresent(text -> text(text, chat));
        root.object("reasoning").ifPresent(reasoning -> reasoning(reasoning, chat));
        // Thoughts are items of their own here, so the model's raw text is never what is wanted.
        chat.put("return_reasoning", true);
        return new ResponseRequest(chat, new FieldNames(input.sources()), echo(root), stream);
    }

    private static void copy(JsonFields root, ObjectNode chat) {
        for (String name : SAME_IN_CHAT) {
            root.find(name).ifPresent(value -> chat.set(name, value.node()));
        }
        root.find("max_output_tokens").ifPresent(value -> chat.set("max_completion_tokens", value.node()));
    }

    private static void refuse(JsonFields root) {
        for (String name : REFUSED) {
            root.find(name).ifPresent(value -> {
                throw value.error(
                        ErrorCode.UNSUPPORTED_PARAMETER,
                        "is not supported: this server keeps nothing between requests. Send the whole input.");
            });
        }
        root.find("background").filter(JsonValue::bool).ifPresent(value -> {
            throw value.error(ErrorCode.UNSUPPORTED_PARAMETER, "is not supported by this server.");
        });
        root.find("truncation").ifPresent(value -> value.oneOf(List.of("disabled", "auto")));
        root.find("top_logprobs").filter(value -> value.integer(0, 20) > 0).ifPresent(value -> {
            throw value.error(ErrorCode.UNSUPPORTED_VALUE, "must be 0: chat completions offer log probabilities.");
        });
        root.integer("max_tool_calls", 1, Integer.MAX_VALUE);
        root.find("include").ifPresent(JsonValue::elements);
        root.object("stream_options").ifPresent(options -> options.bool("include_obfuscation"));
    }

    /// Functions are flat here and nested there.
    private static ArrayNode tools(JsonValue tools) {
        ArrayNode nested = JsonNodeFactory.instance.arrayNode();
        for (JsonValue tool : tools.elements()) {
            JsonFields flat = tool.fields();
            requireFunction(flat.require("type"));
            ObjectNode function = nested.addObject().put("type", "function").putObject("function");
            for (String name : List.of("name", "description", "parameters", "strict")) {
                flat.find(name).ifPresent(value -> function.set(name, value.node()));
            }
        }
        return nested;
    }

    private static JsonNode toolChoice(JsonValue choice) {
        if (choice.isString()) {
            return choice.node();
        }
        JsonFields flat = choice.fields();
        requireFunction(flat.require("type"));
        ObjectNode nested = JsonNodeFactory.instance.objectNode().put("type", "function");
        nested.putObject("function").put("name", flat.require("name").string());
        return nested;
    }

    private static void requireFunction(JsonValue type) {
        if (!type.string().equals("function")) {
            throw type.error(
                    ErrorCode.UNSUPPORTED_VALUE, "must be function, not " + JsonValue.echo(type.string()) + ".");
        }
    }

    private static void text(JsonFields text, ObjectNode chat) {
        text.find("verbosity").ifPresent(verbosity -> chat.set("verbosity", verbosity.node()));
        text.object("format").ifPresent(format -> {
            String type = format.require("type").string();
            ObjectNode responseFormat = chat.putObject("response_format").put("type", type);
            if (type.equals("json_schema")) {
                ObjectNode schema = responseFormat.putObject("json_schema");
                for (String name : List.of("name", "description", "schema", "strict")) {
                    format.find(name).ifPresent(value -> schema.set(name, value.node()));
                }
            }
        });
    }

    private static void reasoning(JsonFields reasoning, ObjectNode chat) {
        reasoning.find("effort").ifPresent(effort -> chat.set("reasoning_effort", effort.node()));
        for (String name : List.of("summary", "generate_summary")) {
            reasoning.find(name).ifPresent(value -> value.oneOf(List.of("auto", "concise", "detailed")));
        }
    }

    private RequestEcho echo(JsonFields root) {
        return new RequestEcho(
                root.string("instructions").orElse(null),
                root.integer("max_output_tokens", 1, Integer.MAX_VALUE).orElse(null),
                root.bool("parallel_tool_calls").orElse(true),
                node(root, "metadata").orElseGet(JsonNodeFactory.instance::objectNode),
                node(root, "tool_choice").orElseGet(() -> TextNode.valueOf("auto")),
                root.find("tools").map(JsonValue::elements).orElse(List.of()).stream()
                        .map(JsonValue::node)
                        .toList(),
                root.number("temperature", 0, 2).orElse(defaults.temperature()),
                root.number("top_p", 0, 1).orElse(defaults.topP()),
                node(root, "reasoning").orElse(null),
                node(root, "text").orElse(null));
    }

    private static Optional<JsonNode> node(JsonFields root, String name) {
        return root.find(name).map(JsonValue::node);
    }
}
