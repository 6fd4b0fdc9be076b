package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.JsonValue;
import ai.autoglm.toolkit.error.ErrorCode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the input of one response request into chat messages. What both contracts have alike is left to
/// the chat request's parser to check.
final class InputReader {
    private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    private final List<String> sources = new ArrayList<>();
    private @Nullable ObjectNode openCalls; // the assistant message that the next call belongs to

    /// In the form of a chat request.
    ArrayNode messages() {
        return messages;
    }

    /// Of each message the field that it was made of.
    List<String> sources() {
        return sources;
    }

    void instructions(String text) {
        message("instructions", "system").put("content", text);
    }

    void input(JsonValue input) {
        if (input.isString()) {
            message(input.path(), "user").put("content", input.string());
            return;
        }
        if (!input.node().isArray()) {
            throw input.wrongType("a string or an array of items");
        }
        List<JsonValue> items = input.elements();
        if (items.isEmpty()) {
            throw input.error(ErrorCode.EMPTY_ARRAY, "must have at least one item.");
        }
        items.forEach(this::item);
    }

    private void item(JsonValue value) {
        JsonFields item = value.fields();
        String type = item.string("type").orElse("message");
        if (!type.equals("function_call")) {
            openCalls = null;
        }
        switch (type) {
            case "message" -> message(value.path(), item);
            case "function_call" -> call(value.path(), item);
            case "function_call_output" -> result(value.path(), item);
            // The model's template has no place for earlier thoughts.
            case "reasoning" -> {}
            default ->
                throw item.require("type")
                        .error(
                                ErrorCode.UNSUPPORTED_VALUE,
                                "must be message, function_call, function_call_output or reasoning, not "
                                        + JsonValue.echo(type) + ".");
        }
    }

    private void message(String path, JsonFields item) {
        JsonValue content = item.require("content");
        ObjectNode message = message(path, item.require("role").string());
        if (content.node().isArray()) {
            ArrayNode parts = message.putArray("content");
            content.elements().forEach(part -> parts.add(part(part)));
        } else {
            message.set("content", content.node());
        }
    }

    private static ObjectNode part(JsonValue value) {
        JsonFields part = value.fields();
        JsonValue type = part.require("type");
        ObjectNode translated = JsonNodeFactory.instance.objectNode();
        switch (type.string()) {
            case "input_text", "output_text", "text" ->
                translated.put("type", "text").put("text", part.require("text").string());
            case "refusal" ->
                translated
                        .put("type", "refusal")
                        .put("refusal", part.require("refusal").string());
            case "input_image" -> {
                ObjectNode image = translated.put("type", "image_url").putObject("image_url");
                image.put("url", part.require("image_url").string());
                part.string("detail").ifPresent(detail -> image.put("detail", detail));
            }
            case "input_audio" ->
                translated
                        .put("type", "input_audio")
                        .set("input_audio", part.require("input_audio").node());
            case String other ->
                throw type.error(
                        ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                        "is " + JsonValue.echo(other)
                                + ", which is not supported: use input_text, input_image or input_audio.");
        }
        return translated;
    }

    private void call(String path, JsonFields item) {
        if (openCalls == null) {
            openCalls = message(path, "assistant");
            openCalls.putArray("tool_calls");
        }
        ObjectNode call = openCalls.withArray("tool_calls").addObject();
        call.put("id", item.require("call_id").string()).put("type", "function");
        call.putObject("function")
                .put("name", item.require("name").string())
                .put("arguments", item.require("arguments").string());
    }

    private void result(String path, JsonFields item) {
        JsonValue output = item.require("output");
        ObjectNode message = message(path, "tool");
        message.put("tool_call_id", item.require("call_id").string());
        if (output.node().isArray()) {
            ArrayNode parts = message.putArray("content");
            output.elements().forEach(part -> parts.add(part(part)));
        } else {
            message.put("content", output.string());
        }
    }

    private ObjectNode message(String source, String role) {
        sources.add(source);
        return messages.addObject().put("role", role);
    }
}
