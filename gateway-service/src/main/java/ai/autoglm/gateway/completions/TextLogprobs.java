package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.openai.TokenLogprob;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The log probabilities of a piece of text, one element a token in each list.
///
/// @param textOffset where each token begins in the choice's text, in characters (code points)
/// @param topLogprobs of the token itself and of its alternatives, by their text
@JsonPropertyOrder({"text_offset", "token_logprobs", "tokens", "top_logprobs"})
record TextLogprobs(
        List<Integer> textOffset,
        List<Double> tokenLogprobs,
        List<String> tokens,
        List<Map<String, Double>> topLogprobs) {
    TextLogprobs {
        textOffset = List.copyOf(textOffset);
        tokenLogprobs = List.copyOf(tokenLogprobs);
        tokens = List.copyOf(tokens);
        topLogprobs = List.copyOf(topLogprobs);
    }

    /// @param start characters of the choice's text before the first of the tokens
    static TextLogprobs of(List<TokenLogprob> logprobs, int start) {
        List<Integer> offsets = new ArrayList<>();
        int offset = start;
        for (TokenLogprob token : logprobs) {
            offsets.add(offset);
            offset += length(token.token());
        }
        return new TextLogprobs(
                offsets,
                logprobs.stream().map(TokenLogprob::logprob).toList(),
                logprobs.stream().map(TokenLogprob::token).toList(),
                logprobs.stream().map(TextLogprobs::alternatives).toList());
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static Map<String, Double> alternatives(TokenLogprob token) {
        Map<String, Double> byText = new LinkedHashMap<>();
        byText.put(token.token(), token.logprob());
        token.topLogprobs().forEach(other -> byText.putIfAbsent(other.token(), other.logprob()));
        return byText;
    }
}
