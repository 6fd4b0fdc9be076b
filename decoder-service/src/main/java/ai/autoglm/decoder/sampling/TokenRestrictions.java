package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens that a client has ruled out, whatever the model would rather write.
///
/// @param allowed every other token is ruled out, ending tokens too; absent: none is
/// @param banned sequences that the answer never holds: where it ends in all but the last token of one, that token is
///     ruled out
public record TokenRestrictions(@Nullable TokenMask allowed, List<TokenIds> banned) {
    public static final TokenRestrictions NONE = new TokenRestrictions(null, List.of());

    public TokenRestrictions {
        banned = List.copyOf(banned);
    }

    void restrict(float[] logits, TokenHistory history) {
        if (allowed != null) {
            allowed.restrict(logits);
        }
        for (TokenIds sequence : banned) {
            if (history.endsInAllButLastOf(sequence)) {
                logits[sequence.at(sequence.size() - 1)] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
