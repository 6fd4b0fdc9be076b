package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.TokenLogprob.Alternative;
import ai.autoglm.gateway.text.PromptToken;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log probabilities of a piece of text, one element a token in each list.
///
/// @param textOffset where each token begins in the choice's text, in characters (code points)
/// @param tokenLogprobs null for the first token of an echoed prompt
/// @param topLogprobs of the token itself and of its alternatives, by their text; null as above
@JsonPropertyOrder({"text_offset", "token_logprobs", "tokens", "top_logprobs"})
record TextLogprobs(
        List<Integer> textOffset,
        List<@Nullable Double> tokenLogprobs,
        List<String> tokens,
        List<@Nullable Map<String, Double>> topLogprobs) {
    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// Collects tokens in the order of the text.
    static final class Builder {
        private final TokenForm form;
        private final int topCount;
        private int offset;
        private final List<Integer> textOffset = new ArrayList<>();
        private final List<@Nullable Double> tokenLogprobs = new ArrayList<>();
        private final List<String> tokens = new ArrayList<>();
        private final List<@Nullable Map<String, Double>> topLogprobs = new ArrayList<>();

        /// @param form how tokens are named
        /// @param topCount most alternatives of each token
        /// @param start characters of the choice's text before the first of the tokens
        Builder(TokenForm form, int topCount, int start) {
            this.form = form;
            this.topCount = topCount;
            this.offset = start;
        }

        Builder addPrompt(List<PromptToken> prompt) {
            for (PromptToken token : prompt) {
                PromptToken.Score score = token.score();
                add(
                        token.id(),
                        token.text(),
                        score == null ? null : score.logprob(),
                        score == null ? List.of() : score.alternatives());
            }
            return this;
        }

        Builder addContent(List<TokenLogprob> content) {
            content.forEach(token -> add(token.id(), token.token(), token.logprob(), token.topLogprobs()));
            return this;
        }

        TextLogprobs build() {
            return new TextLogprobs(textOffset, tokenLogprobs, tokens, topLogprobs);
        }

        private void add(int id, String text, @Nullable Double logprob, List<Alternative> alternatives) {
            textOffset.add(offset);
            offset += length(text);
            String name = form.name(id, text);
            tokens.add(name);
            tokenLogprobs.add(logprob);
            topLogprobs.add(logprob == null ? null : byName(name, logprob, alternatives));
        }

        private Map<String, Double> byName(String name, double logprob, List<Alternative> alternatives) {
            Map<String, Double> byName = new LinkedHashMap<>();
            byName.put(name, logprob);
            alternatives.stream()
                    .limit(topCount)
                    .forEach(other -> byName.putIfAbsent(form.name(other.id(), other.token()), other.logprob()));
            return byName;
        }
    }
}
