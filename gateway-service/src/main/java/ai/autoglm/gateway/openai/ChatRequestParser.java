package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Turns the body of `POST /v1/chat/completions` into a request that keeps every rule of the contract, before anything
/// is allocated for it. Stateless. Source: API 1.1 to 1.5.
public final class ChatRequestParser {
    static final int MAX_STOP_STRINGS = 16;
    static final int MAX_STOP_STRING_LENGTH = 1_000;
    static final int MAX_STOP_TOKEN_IDS = 256;

    private static final List<String> REASONING_EFFORTS =
            List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    private final ServedModel model;
    private final ChatLimits limits;

    public ChatRequestParser(ServedModel model, ChatLimits limits) {
        this.model = model;
        this.limits = limits;
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
        ChatRequest request = new ChatRequest(
                messages.read(root.require("messages")), generation(root), thinking(root), stream(root));
        UnservedFields.check(root);
        List<String> ignored = Stream.concat(root.unknown().stream(), messages.ignoredFields().stream())
                .toList();
        UnknownFields.check(ignored, limits.strictFields());
        return new ParsedChatRequest(request, ignored);
    }

    private GenerationOptions generation(JsonFields root) {
        Integer maxTokens = maxTokens(root).orElse(null);
        return new GenerationOptions(1, sampling(root), stop(root, maxTokens), maxTokens, null);
    }

    private static Optional<Integer> maxTokens(JsonFields root) {
        Optional<Integer> completion = root.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        Optional<Integer> deprecated = root.integer("max_tokens", 1, Integer.MAX_VALUE);
        return completion.or(() -> deprecated);
    }

    /// The sampling fields of a body, which other endpoints have too.
    public SamplingOptions sampling(JsonFields root) {
        return new SamplingOptions(
                root.number("temperature", 0, 2).orElse(null),
                root.number("top_p", 0, 1).orElse(null),
                root.integer("top_k", -1, Integer.MAX_VALUE)
                        .map(k -> Math.max(k, 0))
                        .orElse(null),
                root.number("min_p", 0, 1).orElse(0.0),
                root.find("seed")
                        .map(seed -> seed.integer(Long.MIN_VALUE, Long.MAX_VALUE))
                        .orElse(null),
                root.number("presence_penalty", -2, 2).orElse(0.0),
                root.number("frequency_penalty", -2, 2).orElse(0.0),
                repetitionPenalty(root).orElse(null),
                root.object("logit_bias").map(this::logitBias).orElse(Map.of()));
    }

    private static Optional<Double> repetitionPenalty(JsonFields root) {
        return root.find("repetition_penalty").map(value -> {
            double penalty = value.number(0, 10);
            if (penalty == 0) {
                throw value.error(ErrorCode.DECIMAL_BELOW_MIN_VALUE, "must be above 0.");
            }
            return penalty;
        });
    }

    private Map<Integer, Double> logitBias(JsonFields biases) {
        Map<Integer, Double> byTokenId = new LinkedHashMap<>();
        biases.entries().forEach((key, bias) -> byTokenId.put(tokenId(key, bias), bias.number(-100, 100)));
        return byTokenId;
    }

    private int tokenId(String key, JsonValue bias) {
        try {
            int id = Integer.parseInt(key);
            if (id >= 0 && id < model.vocabularySize()) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Told below, like an id out of range.
        }
        throw bias.error(
                ErrorCode.INVALID_VALUE,
                "must be a token id from 0 to " + (model.vocabularySize() - 1) + ", as decimal digits.");
    }

    /// The stop fields of a body, which other endpoints have too.
    public StopOptions stop(JsonFields root, @Nullable Integer maxTokens) {
        return new StopOptions(
                root.find("stop").map(ChatRequestParser::stopStrings).orElse(List.of()),
                root.bool("include_stop_str_in_output").orElse(false),
                root.find("stop_token_ids").map(this::stopTokenIds).orElse(List.of()),
                minTokens(root, maxTokens == null ? Integer.MAX_VALUE : maxTokens),
                root.bool("ignore_eos").orElse(false));
    }

    private static List<String> stopStrings(JsonValue stop) {
        List<JsonValue> values = stop.isString() ? List.of(stop) : stop.elements(MAX_STOP_STRINGS);
        return values.stream().map(ChatRequestParser::stopString).toList();
    }

    private static String stopString(JsonValue value) {
        String text = value.string(MAX_STOP_STRING_LENGTH);
        if (text.isEmpty()) {
            throw value.error(ErrorCode.INVALID_VALUE, "must not be an empty string.");
        }
        return text;
    }

    private List<Integer> stopTokenIds(JsonValue ids) {
        return ids.elements(MAX_STOP_TOKEN_IDS).stream()
                .map(id -> id.integer(0, model.vocabularySize() - 1))
                .toList();
    }

    private static int minTokens(JsonFields root, int maxTokens) {
        return root.integer("min_tokens", 0, maxTokens).orElse(0);
    }

    private static ThinkingOptions thinking(JsonFields root) {
        Optional<Boolean> enableThinking = root.bool("enable_thinking");
        Optional<Boolean> templateSwitch =
                root.object("chat_template_kwargs").flatMap(arguments -> arguments.bool("enable_thinking"));
        Optional<Boolean> thinkingType = root.object("thinking")
                .flatMap(thinking -> thinking.find("type"))
                .map(type -> type.oneOf(List.of("enabled", "disabled")).equals("enabled"));
        Optional<Boolean> effort = root.find("reasoning_effort")
                .map(value -> !value.oneOf(REASONING_EFFORTS).equals("none"));
        Optional<Boolean> returnReasoning = root.bool("return_reasoning");
        Optional<Boolean> includeReasoning = root.bool("include_reasoning");
        Optional<Boolean> separateReasoning = root.bool("separate_reasoning");
        return new ThinkingOptions(
                enableThinking
                        .or(() -> templateSwitch)
                        .or(() -> thinkingType)
                        .or(() -> effort)
                        .orElse(null),
                returnReasoning
                        .or(() -> includeReasoning)
                        .or(() -> separateReasoning)
                        .orElse(null));
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
