package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Set;

/// When a generation ends.
///
/// @param maxTokens generated tokens at most, those of an earlier, resumed generation included
/// @param minTokens no ending token before this many generated tokens
/// @param endOfSequenceIds the model's own; empty when the client asked to ignore them
/// @param stopTokenIds the client's
public record StopConditions(int maxTokens, int minTokens, Set<Integer> endOfSequenceIds, Set<Integer> stopTokenIds) {
    public StopConditions {
        if (maxTokens < 1) {
            throw new ServingException(
                    ErrorCode.INTEGER_BELOW_MIN_VALUE, "max_tokens must be at least 1, not " + maxTokens + ".");
        }
        if (minTokens < 0 || minTokens > maxTokens) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE,
                    "min_tokens must be 0 to max_tokens, which is " + maxTokens + ", not " + minTokens + ".");
        }
        endOfSequenceIds = Set.copyOf(endOfSequenceIds);
        stopTokenIds = Set.copyOf(stopTokenIds);
    }

    /// Whether this token ends the generation instead of being part of it.
    public boolean isEnding(int tokenId) {
        return endOfSequenceIds.contains(tokenId) || stopTokenIds.contains(tokenId);
    }
}
