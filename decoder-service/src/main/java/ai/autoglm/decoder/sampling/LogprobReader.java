package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;

/// Reads log probabilities off a row of logits [vocabulary], which stays as it is: those of the model, before penalties
/// and temperature. Owned by the decode-loop thread; its scratch memory is reused.
public final class LogprobReader {
    private final CandidateHeap candidates;

    public LogprobReader(int vocabularySize) {
        candidates = new CandidateHeap(vocabularySize);
    }

    /// @throws ServingException with [ErrorCode#INTERNAL] when a logit is not finite
    public static void requireFinite(float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new ServingException(ErrorCode.INTERNAL, "The model computed a logit that is not finite.");
            }
        }
    }

    /// How likely the prompt's own token was.
    ///
    /// @param topCount how many of the likeliest tokens are told with it
    /// @throws ServingException with [ErrorCode#INTERNAL] when a logit is not finite
    public PromptTokenLogprob ofPrompt(float[] logits, int tokenId, int topCount) {
        requireFinite(logits);
        double normalizer = normalizer(logits);
        int rank = 1;
        for (float logit : logits) {
            if (logit > logits[tokenId]) {
                rank++;
            }
        }
        return new PromptTokenLogprob(
                tokenId, (float) (logits[tokenId] - normalizer), rank, top(logits, topCount, normalizer));
    }

    /// A drawn token with its log probability and those of the likeliest tokens.
    SampledToken ofDrawn(float[] logits, int tokenId, int topCount) {
        double normalizer = normalizer(logits);
        return new SampledToken(tokenId, (float) (logits[tokenId] - normalizer), top(logits, topCount, normalizer));
    }

    private List<TokenLogprob> top(float[] logits, int count, double normalizer) {
        if (count == 0) {
            return List.of();
        }
        List<TokenLogprob> top = new ArrayList<>(count);
        candidates.fill(logits);
        while (top.size() < count && !candidates.isEmpty()) {
            int candidate = candidates.next();
            top.add(new TokenLogprob(candidate, (float) (logits[candidate] - normalizer)));
        }
        return top;
    }

    /// What a logit exceeds its log probability by.
    private static double normalizer(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - max);
        }
        return max + Math.log(sum);
    }
}
