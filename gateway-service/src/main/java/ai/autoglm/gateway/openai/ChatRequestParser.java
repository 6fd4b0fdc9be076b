package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Turns the body of `POST /v1/chat/completions` into a request that keeps every rule of the contract, before anything
/// is allocated for it. Safe for concurrent callers. Source: API 1.1 to 1.5.
public final class ChatRequestParser {
    private final ServedModel model;
    private final ChatLimits limits;
    private final ToolFields toolFields;
    private final OutputFields outputFields;

    public ChatRequestParser(ServedModel model, ChatLimits limits) {
        this.model = model;
        this.limits = limits;
        LanguageChecks checks = new LanguageChecks();
        this.toolFields = new ToolFields(checks);
        this.outputFields = new OutputFields(checks);
    }

    /// @throws ServingException of a code that is the client's to mend, with the path of the field as its param
    public ParsedChatRequest parse(byte[] body) {
        return parse(new JsonFields(JsonBody.parse(body), ""));
    }

    /// @param root of the body; what has been asked for already counts as known
    /// @throws ServingException of a code that is the client's to mend, with the path of the field as its param
    public ParsedChatRequest parse(JsonFields root) {
        root.object("extra_body").ifPresent(root::mergeUnder);
        model.requireAskedFor(root);
        MessageReader messages = new MessageReader(limits);
        List<ChatMessage> conversation = messages.read(root.require("messages"));
        Optional<JsonFields> templateArguments = root.object("chat_template_kwargs");
        ToolUse tools = toolFields.read(root);
        Optional<GrammarSource> language = language(root, tools);
        GenerationOptions generation = GenerationFields.read(root, limits.maxChoices(), model);
        if (language.isPresent()) {
            requireNothingRuledOut(root, generation.sampling());
        }
        ChatRequest request = new ChatRequest(
                conversation,
                beginning(root, templateArguments, conversation.getLast()),
                tools,
                language.orElse(null),
                generation,
                ThinkingFields.read(root, templateArguments),
                stream(root));
        root.object("mm_processor_kwargs").ifPresent(this::requireServedPixels);
        UnservedFields.check(root);
        List<String> ignored = Stream.concat(root.unknown().stream(), messages.ignoredFields().stream())
                .toList();
        UnknownFields.check(ignored, limits.strictFields());
        return new ParsedChatRequest(request, ignored);
    }

    private Optional<GrammarSource> language(JsonFields root, ToolUse tools) {
        Optional<GrammarSource> asked = outputFields.read(root);
        return switch (tools.choice()) {
            case NONE -> asked;
            case REQUIRED -> Optional.of(toolFields.oneCall(tools));
            case AUTO -> asked.map(format -> new GrammarSource.AnyOf(List.of(toolFields.oneCall(tools), format)));
        };
    }

    /// A grammar could then be left without a token to go on with.
    private static void requireNothingRuledOut(JsonFields root, SamplingOptions sampling) {
        String field = !sampling.allowedTokenIds().isEmpty() ? "allowed_token_ids" : "bad_words";
        if (!sampling.allowedTokenIds().isEmpty() || !sampling.bannedSequences().isEmpty()) {
            throw root.require(field)
                    .error(
                            ErrorCode.INVALID_VALUE,
                            "must not be given where the answer has a format or a tool has to be called.");
        }
    }

    private static AnswerBeginning beginning(
            JsonFields root, Optional<JsonFields> templateArguments, ChatMessage last) {
        Optional<Boolean> header = root.bool("add_generation_prompt");
        Optional<Boolean> templateHeader =
                templateArguments.flatMap(arguments -> arguments.bool("add_generation_prompt"));
        Optional<JsonValue> switched = root.find("continue_final_message");
        boolean echo = root.bool("echo").orElse(false);
        if (!switched.map(JsonValue::bool).orElse(false)) {
            return new AnswerBeginning(header.or(() -> templateHeader).orElse(true), false, false);
        }
        if (header.orElse(false)) {
            throw switched.get()
                    .error(ErrorCode.INVALID_VALUE, "must not be true together with 'add_generation_prompt'.");
        }
        if (!(last instanceof ChatMessage.AssistantMessage) || !hasText(last)) {
            throw switched.get()
                    .error(ErrorCode.INVALID_VALUE, "needs a last message of the assistant, with text to continue.");
        }
        return new AnswerBeginning(false, true, echo);
    }

    private static boolean hasText(ChatMessage message) {
        return message.content().stream()
                .anyMatch(part -> part instanceof ContentPart.Text(String text) && !text.isEmpty());
    }

    /// Images are resized by the model's own rule: a wider range changes nothing, a narrower one cannot be kept.
    private void requireServedPixels(JsonFields arguments) {
        PixelRange served = limits.pixels();
        Optional<JsonValue> min = arguments.find("min_pixels");
        Optional<JsonValue> max = arguments.find("max_pixels");
        Optional<String> other = arguments.unknown().stream().findFirst();
        if (other.isPresent() || (served == null && (min.isPresent() || max.isPresent()))) {
            String path = other.orElse("mm_processor_kwargs");
            throw new ServingException(
                            ErrorCode.UNSUPPORTED_PARAMETER, "'" + path + "' is not supported by this server.")
                    .withParam(path);
        }
        if (served != null) {
            min.filter(value -> value.integer(0, Long.MAX_VALUE) > served.min())
                    .ifPresent(value -> refusePixels(value, "at most " + served.min()));
            max.filter(value -> value.integer(1, Long.MAX_VALUE) < served.max())
                    .ifPresent(value -> refusePixels(value, "at least " + served.max()));
        }
    }

    private static void refusePixels(JsonValue value, String bound) {
        throw value.error(
                ErrorCode.INVALID_VALUE,
                "must be " + bound + ", not " + JsonValue.echo(value.node())
                        + ": images are resized as the model asks.");
    }

    /// The stream fields of a body, which other endpoints have too.
    public static StreamOptions stream(JsonFields root) {
        boolean enabled = root.bool("stream").orElse(false);
        Optional<JsonValue> value = root.find("stream_options");
        if (value.isEmpty()) {
            return new StreamOptions(enabled, false, false);
        }
        JsonFields options = value.get().fields();
        if (!enabled) {
            throw value.get().error(ErrorCode.INVALID_VALUE, "is only allowed when 'stream' is true.");
        }
        options.bool("include_obfuscation");
        return new StreamOptions(
                true,
                options.bool("include_usage").orElse(false),
                options.bool("continuous_usage_stats").orElse(false));
    }
}
