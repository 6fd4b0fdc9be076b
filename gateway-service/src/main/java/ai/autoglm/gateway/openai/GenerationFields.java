package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads how an answer shall be generated: the fields that do not depend on what is asked. Source: API 1.2.
public final class GenerationFields {
    static final int MAX_STOP_STRINGS = 16;
    static final int MAX_STOP_STRING_LENGTH = 1_000;
    static final int MAX_STOP_TOKEN_IDS = 256;
    static final int MAX_BAD_WORDS = 256;
    static final int MAX_BAD_WORD_LENGTH = 200;

    private static final int MAX_TOP_LOGPROBS = 20;

    private final JsonFields root;
    private final ServedModel model;
    private final int vocabularySize;

    public GenerationFields(JsonFields root, ServedModel model) {
        this.root = root;
        this.model = model;
        this.vocabularySize = model.vocabularySize();
    }

    /// @param maxChoices most answers to one request
    static GenerationOptions read(JsonFields root, int maxChoices, ServedModel model) {
        GenerationFields fields = new GenerationFields(root, model);
        Integer maxTokens = fields.maxTokens().orElse(null);
        return new GenerationOptions(
                fields.choiceCount(maxChoices),
                fields.sampling(),
                fields.stop(maxTokens),
                maxTokens,
                fields.topLogprobs().orElse(null),
                fields.promptLogprobs().orElse(null),
                fields.tokenForm());
    }

    /// `n`, with `best_of`.
    public int choiceCount(int max) {
        int count = root.integer("n", 1, max).orElse(1);
        root.find("best_of").filter(value -> value.integer(1, max) != count).ifPresent(value -> {
            throw value.error(ErrorCode.UNSUPPORTED_VALUE, "must be " + count + ", as 'n': every answer is given.");
        });
        return count;
    }

    private Optional<Integer> topLogprobs() {
        boolean wanted = root.bool("logprobs").orElse(false);
        Optional<JsonValue> alternatives = root.find("top_logprobs");
        int count =
                alternatives.map(value -> value.integer(0, MAX_TOP_LOGPROBS)).orElse(0);
        if (!wanted && count > 0) {
            throw alternatives.orElseThrow().error(ErrorCode.INVALID_VALUE, "is only allowed when 'logprobs' is true.");
        }
        return wanted ? Optional.of(count) : Optional.empty();
    }

    /// `prompt_logprobs`, which a stream has no place for.
    public Optional<Integer> promptLogprobs() {
        Optional<Integer> count = root.integer("prompt_logprobs", 0, MAX_TOP_LOGPROBS);
        if (!root.bool("stream").orElse(false)) {
            return count;
        }
        count.filter(wanted -> wanted > 0)
                .flatMap(_ -> root.find("prompt_logprobs"))
                .ifPresent(value -> {
                    throw value.error(ErrorCode.INVALID_VALUE, "is not available when 'stream' is true.");
                });
        return Optional.empty();
    }

    /// How the tokens behind the text are shown.
    public TokenForm tokenForm() {
        return new TokenForm(
                root.bool("return_token_ids").orElse(false),
                root.bool("return_tokens_as_token_ids").orElse(false),
                !root.bool("skip_special_tokens").orElse(true));
    }

    private Optional<Integer> maxTokens() {
        Optional<Integer> completion = root.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        Optional<Integer> deprecated = root.integer("max_tokens", 1, Integer.MAX_VALUE);
        return completion.or(() -> deprecated);
    }

    /// Everything that decides which token comes next.
    public SamplingOptions sampling() {
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
                repetitionPenalty().orElse(null),
                root.object("logit_bias").map(this::logitBias).orElse(Map.of()),
                root.find("allowed_token_ids").map(this::allowedTokenIds).orElse(List.of()),
                root.find("bad_words").map(this::bannedSequences).orElse(List.of()));
    }

    private List<Integer> allowedTokenIds(JsonValue ids) {
        List<JsonValue> elements = ids.elements(vocabularySize);
        if (elements.isEmpty()) {
            throw ids.error(ErrorCode.EMPTY_ARRAY, "must have at least one token id.");
        }
        return elements.stream().map(id -> id.integer(0, vocabularySize - 1)).toList();
    }

    private List<TokenIds> bannedSequences(JsonValue words) {
        return words.elements(MAX_BAD_WORDS).stream().flatMap(this::spellings).toList();
    }

    /// A word as it stands at the beginning of a text, and after a space, where the tokenizer tells the two apart.
    private Stream<TokenIds> spellings(JsonValue value) {
        String word = value.string(MAX_BAD_WORD_LENGTH).stripLeading();
        if (word.isEmpty()) {
            throw value.error(ErrorCode.INVALID_VALUE, "must not be an empty string.");
        }
        TokenIds first = model.textEncoder().apply(word);
        TokenIds later = model.textEncoder().apply(" " + word);
        boolean same = later.size() > first.size()
                && later.slice(later.size() - first.size(), later.size()).equals(first);
        return same ? Stream.of(first) : Stream.of(first, later);
    }

    private Optional<Double> repetitionPenalty() {
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
            if (id >= 0 && id < vocabularySize && key.equals(Integer.toString(id))) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Told below, like an id out of range.
        }
        throw bias.error(
                ErrorCode.INVALID_VALUE,
                "must be a token id from 0 to " + (vocabularySize - 1)
                        + ", as decimal digits without a sign or leading zeros.");
    }

    /// @param maxTokens null: what the context leaves
    public StopOptions stop(@Nullable Integer maxTokens) {
        return new StopOptions(
                root.find("stop").map(GenerationFields::stopStrings).orElse(List.of()),
                root.bool("include_stop_str_in_output").orElse(false),
                root.find("stop_token_ids").map(this::stopTokenIds).orElse(List.of()),
                minTokens(maxTokens == null ? Integer.MAX_VALUE : maxTokens),
                root.bool("ignore_eos").orElse(false));
    }

    private static List<String> stopStrings(JsonValue stop) {
        List<JsonValue> values = stop.isString() ? List.of(stop) : stop.elements(MAX_STOP_STRINGS);
        return values.stream().map(GenerationFields::stopString).toList();
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
                .map(id -> id.integer(0, vocabularySize - 1))
                .toList();
    }

    private int minTokens(int maxTokens) {
        return root.integer("min_tokens", 0, maxTokens).orElse(0);
    }
}
