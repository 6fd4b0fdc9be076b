package ai.autoglm.gateway.openai;

import ai.autoglm.gateway.openai.ChatMessage.AssistantMessage;
import ai.autoglm.gateway.openai.ChatMessage.SystemMessage;
import ai.autoglm.gateway.openai.ChatMessage.ToolCall;
import ai.autoglm.gateway.openai.ChatMessage.ToolMessage;
import ai.autoglm.gateway.openai.ChatMessage.UserMessage;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads the messages of one request. Source: API 1.3.
final class MessageReader {
    private static final int MAX_NAME_LENGTH = 256;
    private static final List<String> IGNORED_OF_ASSISTANT =
            List.of("refusal", "annotations", "audio", "reasoning", "reasoning_content", "id");

    private final ChatLimits limits;
    private final List<String> ignoredFields = new ArrayList<>();
    private Set<String> openCallIds = Set.of();

    MessageReader(ChatLimits limits) {
        this.limits = limits;
    }

    List<ChatMessage> read(JsonValue messages) {
        List<JsonValue> elements = messages.elements();
        if (elements.isEmpty()) {
            throw messages.error(ErrorCode.EMPTY_ARRAY, "must have at least one message.");
        }
        List<ChatMessage> read = elements.stream().map(this::message).toList();
        List<ContentPart> parts =
                read.stream().flatMap(message -> message.content().stream()).toList();
        limitCount(messages, "image", count(parts, ContentPart.Image.class), limits.maxImages());
        limitCount(messages, "audio", count(parts, ContentPart.Audio.class), limits.maxAudios());
        return read;
    }

    /// Paths of fields of messages that nobody knows.
    List<String> ignoredFields() {
        return ignoredFields;
    }

    private ChatMessage message(JsonValue element) {
        JsonFields message = element.fields();
        JsonValue role = message.require("role");
        message.find("name").ifPresent(MessageReader::checkName);
        ChatMessage read = switch (role.string()) {
            case "system", "developer" -> new SystemMessage(textOnly(message.require("content")));
            case "user" -> new UserMessage(content(message.require("content"), MessageReader::userPart));
            case "assistant" -> assistant(message);
            case "tool" -> tool(message);
            case String other ->
                throw role.error(
                        ErrorCode.INVALID_VALUE,
                        "must be system, developer, user, assistant or tool, not " + JsonValue.echo(other) + ".");
        };
        openCallIds = switch (read) {
            case AssistantMessage assistant ->
                assistant.toolCalls().stream().map(ToolCall::id).collect(Collectors.toUnmodifiableSet());
            case ToolMessage _ -> openCallIds;
            case SystemMessage _, UserMessage _ -> Set.of();
        };
        ignoredFields.addAll(message.unknown());
        return read;
    }

    private static AssistantMessage assistant(JsonFields message) {
        IGNORED_OF_ASSISTANT.forEach(message::find);
        message.find("function_call").ifPresent(call -> {
            throw call.error(ErrorCode.UNSUPPORTED_PARAMETER, "is not supported: use 'tool_calls'.");
        });
        List<ToolCall> calls = message.find("tool_calls")
                .map(value ->
                        value.elements().stream().map(MessageReader::toolCall).toList())
                .orElse(List.of());
        Optional<JsonValue> content =
                calls.isEmpty() ? Optional.of(message.require("content")) : message.find("content");
        return new AssistantMessage(content.map(MessageReader::assistantContent).orElse(List.of()), calls);
    }

    private static ToolCall toolCall(JsonValue element) {
        JsonFields call = element.fields();
        call.find("type").ifPresent(type -> {
            if (!type.string().equals("function")) {
                throw type.error(ErrorCode.UNSUPPORTED_VALUE, "must be function.");
            }
        });
        JsonFields function = call.require("function").fields();
        return new ToolCall(
                call.require("id").string(),
                function.require("name").string(),
                function.require("arguments").string());
    }

    private ToolMessage tool(JsonFields message) {
        JsonValue id = message.require("tool_call_id");
        if (!openCallIds.contains(id.string())) {
            throw id.error(
                    ErrorCode.INVALID_VALUE, "must be the id of a tool call in the assistant message before this one.");
        }
        return new ToolMessage(id.string(), textOnly(message.require("content")));
    }

    private static List<ContentPart> textOnly(JsonValue content) {
        return content(content, MessageReader::textPart);
    }

    private static List<ContentPart> assistantContent(JsonValue content) {
        int[] refusals = new int[1];
        return content(content, part -> {
            JsonValue type = part.require("type");
            if (!type.string().equals("refusal")) {
                return textPart(part);
            }
            if (++refusals[0] > 1) {
                throw type.error(ErrorCode.INVALID_VALUE, "must not be refusal twice in one message.");
            }
            return new ContentPart.Text(part.require("refusal").string());
        });
    }

    private static List<ContentPart> content(JsonValue content, Function<JsonFields, ContentPart> reader) {
        if (content.isString()) {
            return List.of(new ContentPart.Text(content.string()));
        }
        if (!content.node().isArray()) {
            throw content.wrongType("a string or an array of parts");
        }
        List<JsonValue> parts = content.elements();
        if (parts.isEmpty()) {
            throw content.error(ErrorCode.EMPTY_ARRAY, "must have at least one part.");
        }
        return parts.stream().map(JsonValue::fields).map(reader).toList();
    }

    private static ContentPart textPart(JsonFields part) {
        JsonValue type = part.require("type");
        return switch (type.string()) {
            case "text" -> new ContentPart.Text(part.require("text").string());
            case String other -> throw unsupported(type, other, "a message of this role holds text only");
        };
    }

    private static ContentPart userPart(JsonFields part) {
        JsonValue type = part.require("type");
        return switch (type.string()) {
            case "text" -> new ContentPart.Text(part.require("text").string());
            case "image_url" -> image(part.require("image_url"));
            case "input_audio" -> audio(part.require("input_audio"));
            case "audio_url" -> audioUrl(part.require("audio_url"));
            case String other -> throw unsupported(type, other, "use text, image_url or input_audio");
        };
    }

    private static ContentPart image(JsonValue value) {
        JsonFields image = value.fields();
        image.find("detail").ifPresent(detail -> detail.oneOf(List.of("auto", "low", "high", "original")));
        return new ContentPart.Image(image.require("url").string(), value.path());
    }

    private static ContentPart audio(JsonValue value) {
        JsonFields audio = value.fields();
        audio.find("format").ifPresent(format -> format.oneOf(List.of("wav", "mp3")));
        return new ContentPart.Audio(audio.require("data").string(), value.path());
    }

    private static ContentPart audioUrl(JsonValue value) {
        return new ContentPart.Audio(value.fields().require("url").string(), value.path());
    }

    private static ServingException unsupported(JsonValue type, String actual, String rule) {
        return type.error(
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "is " + JsonValue.echo(actual) + ", which is not supported: " + rule + ".");
    }

    private static void checkName(JsonValue name) {
        if (name.string(MAX_NAME_LENGTH).chars().anyMatch(Character::isISOControl)) {
            throw name.error(ErrorCode.INVALID_VALUE, "must not contain control characters.");
        }
    }

    private static long count(List<ContentPart> parts, Class<? extends ContentPart> kind) {
        return parts.stream().filter(kind::isInstance).count();
    }

    private static void limitCount(JsonValue messages, String kind, long count, int max) {
        if (count > max) {
            throw new ServingException(
                            ErrorCode.ARRAY_ABOVE_MAX_LENGTH,
                            "At most %d %s(s) may be provided in one prompt, not %d.".formatted(max, kind, count))
                    .withParam(messages.path());
        }
    }
}
