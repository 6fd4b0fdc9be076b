package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.completions.TextCompletionRequest.RawPrompt;
import ai.autoglm.gateway.openai.ChatRequestParser;
import ai.autoglm.gateway.openai.GenerationFields;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.JsonValue;
import ai.autoglm.gateway.openai.SamplingOptions;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/completions`. Stateless. Source: API.md 2.
final class TextCompletionParser {
    static final int MAX_CHOICES = 128;

    private static final int DEFAULT_MAX_TOKENS = 16;
    private static final double DEFAULT_TEMPERATURE = 1;
    private static final int MAX_LOGPROBS = 5;
    private static final List<String> REFUSED = List.of(
            "suffix",
            "prompt_embeds",
            "logits_processors",
            "kv_transfer_params",
            "structured_outputs",
            "guided_json",
            "guided_regex",
            "guided_choice",
            "guided_grammar",
            "truncate_prompt_tokens");

    private final ServedModel model;
    private final TokenSpec tokens;
    private final int maxChoicesPerPrompt;

    /// @param maxChoicesPerPrompt most answers to one prompt
    TextCompletionParser(ServedModel model, TokenSpec tokens, int maxChoicesPerPrompt) {
        this.model = model;
        this.tokens = tokens;
        this.maxChoicesPerPrompt = maxChoicesPerPrompt;
    }

    /// @throws ServingException of a code that is the client's to mend, with the path of the field as its param
    TextCompletionRequest parse(JsonFields root) {
        root.object("extra_body").ifPresent(root::mergeUnder);
        model.requireAskedFor(root);
        List<RawPrompt> prompts = prompts(root.require("prompt"));
        GenerationFields fields = new GenerationFields(root, model);
        int choiceCount = choiceCount(fields, prompts.size());
        boolean echo = root.bool("echo").orElse(false);
        Integer maxTokens =
                root.integer("max_tokens", echo ? 0 : 1, Integer.MAX_VALUE).orElse(DEFAULT_MAX_TOKENS);
        Integer logprobs = root.integer("logprobs", 0, MAX_LOGPROBS).orElse(null);
        GenerationOptions generation = new GenerationOptions(
                choiceCount,
                sampling(fields),
                fields.stop(maxTokens),
                maxTokens,
                logprobs,
                fields.promptLogprobs().orElse(echo ? logprobs : null),
                fields.tokenForm());
        StreamOptions stream = ChatRequestParser.stream(root);
        checkBestOf(root, stream.enabled());
        refuse(root);
        root.string("user");
        return new TextCompletionRequest(prompts, generation, echo, stream);
    }

    private static SamplingOptions sampling(GenerationFields fields) {
        SamplingOptions asked = fields.sampling();
        return asked.temperature() == null ? asked.withTemperature(DEFAULT_TEMPERATURE) : asked;
    }

    private List<RawPrompt> prompts(JsonValue prompt) {
        if (prompt.isString()) {
            return List.of(text(prompt));
        }
        if (!prompt.node().isArray()) {
            throw prompt.wrongType("a string, or an array of strings, of token ids or of arrays of token ids");
        }
        List<JsonValue> elements = prompt.elements();
        if (elements.isEmpty()) {
            throw prompt.error(ErrorCode.EMPTY_ARRAY, "must not be empty.");
        }
        if (elements.getFirst().node().isNumber()) {
            return List.of(tokens(prompt));
        }
        return prompt.elements(MAX_CHOICES).stream()
                .map(element -> element.node().isArray() ? tokens(element) : text(element))
                .toList();
    }

    private static RawPrompt text(JsonValue value) {
        String text = value.string();
        if (text.isEmpty()) {
            throw value.error(ErrorCode.INVALID_VALUE, "must not be an empty string.");
        }
        return new RawPrompt.Text(text);
    }

    private RawPrompt tokens(JsonValue value) {
        List<JsonValue> elements = value.elements();
        if (elements.isEmpty()) {
            throw value.error(ErrorCode.EMPTY_ARRAY, "must have at least one token.");
        }
        return new RawPrompt.Tokens(
                TokenIds.of(elements.stream().mapToInt(this::tokenId).toArray()));
    }

    private int tokenId(JsonValue value) {
        int id = value.integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (id < 0 || id >= model.vocabularySize()) {
            throw value.error(
                    ErrorCode.INVALID_VALUE,
                    "is out of vocabulary: token ids go from 0 to " + (model.vocabularySize() - 1) + ", not " + id
                            + ".");
        }
        if (isPlaceholder(id, tokens.image()) || isPlaceholder(id, tokens.audio())) {
            throw value.error(
                    ErrorCode.INVALID_VALUE,
                    "is " + id + ", the placeholder of media, which this endpoint does not take.");
        }
        return id;
    }

    private static boolean isPlaceholder(int id, @Nullable Integer placeholder) {
        return placeholder != null && placeholder == id;
    }

    private int choiceCount(GenerationFields fields, int promptCount) {
        int choiceCount = fields.choiceCount(maxChoicesPerPrompt);
        if (promptCount * choiceCount > MAX_CHOICES) {
            throw new ServingException(
                            ErrorCode.INTEGER_ABOVE_MAX_VALUE,
                            "%d prompts with %d choices each are %d choices; at most %d are generated for one request."
                                    .formatted(promptCount, choiceCount, promptCount * choiceCount, MAX_CHOICES))
                    .withParam("n");
        }
        return choiceCount;
    }

    private static void checkBestOf(JsonFields root, boolean stream) {
        root.find("best_of")
                .filter(value -> stream && value.integer(1, Integer.MAX_VALUE) > 1)
                .ifPresent(value -> {
                    throw value.error(ErrorCode.INVALID_VALUE, "must be 1 when 'stream' is true.");
                });
    }

    private static void refuse(JsonFields root) {
        for (String name : REFUSED) {
            root.find(name).ifPresent(TextCompletionParser::refuse);
        }
        root.find("use_beam_search").filter(JsonValue::bool).ifPresent(TextCompletionParser::refuse);
        root.object("response_format")
                .map(format -> format.require("type"))
                .filter(type -> !type.string().equals("text"))
                .ifPresent(type -> {
                    throw type.error(ErrorCode.UNSUPPORTED_VALUE, "must be text here; chat completions take more.");
                });
    }

    private static void refuse(JsonValue value) {
        throw value.error(ErrorCode.UNSUPPORTED_PARAMETER, "is not supported by this server.");
    }
}
