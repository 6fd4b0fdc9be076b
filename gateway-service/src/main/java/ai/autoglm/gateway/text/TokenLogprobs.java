package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Tells the log probabilities of the tokens that a text is made of. Source: API 1.4.
final class TokenLogprobs {
    private static final String REPLACEMENT = "\uFFFD";

    private final Tokenizer tokenizer;

    TokenLogprobs(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// Empty where none were asked for.
    List<TokenLogprob> of(TokenText text) {
        List<TokenLogprob> logprobs = new ArrayList<>();
        int start = 0;
        for (TokenText.Share share : text.shares()) {
            int end = start + share.length();
            Double logprob = share.token().logprob();
            if (logprob != null) {
                logprobs.add(logprob(share.token(), logprob, text.text().substring(start, end)));
            }
            start = end;
        }
        return logprobs;
    }

    private TokenLogprob logprob(GeneratedToken token, double logprob, String visible) {
        return new TokenLogprob(
                token.id(),
                visible,
                logprob,
                unsigned(bytes(token.id(), visible)),
                token.alternatives().stream().map(this::alternative).toList());
    }

    TokenLogprob.Alternative alternative(GeneratedToken.Alternative token) {
        return new TokenLogprob.Alternative(
                token.id(), tokenizer.text(token.id()), token.logprob(), unsigned(tokenizer.bytes(token.id())));
    }

    /// The token's own bytes, unless a stop string or the trimming of whitespace has cut whole characters off it.
    private byte[] bytes(int id, String visible) {
        String whole = tokenizer.text(id);
        boolean cut = !whole.contains(REPLACEMENT) && !whole.equals(visible);
        return cut ? visible.getBytes(StandardCharsets.UTF_8) : tokenizer.bytes(id);
    }

    private static List<Integer> unsigned(byte[] bytes) {
        List<Integer> values = new ArrayList<>(bytes.length);
        for (byte value : bytes) {
            values.add(Byte.toUnsignedInt(value));
        }
        return values;
    }
}
