package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.TokenMask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws the next token of a sequence. In order: penalties and logit bias, what the client rules out, the
/// grammar's mask or, without a grammar, ending tokens masked before `min_tokens`, temperature, top-k,
/// top-p, min-p, draw. Owned by the decode-loop thread; its scratch memory is reused.
public final class Sampler {
    private final float[] logits; // [vocabulary]
    private final CandidateHeap candidates;
    private final LogprobReader logprobs;
    private final int[] keptIds; // [candidate]
    private final double[] keptWeights; // [candidate]

    public Sampler(int vocabularySize) {
        logits = new float[vocabularySize];
        candidates = new CandidateHeap(vocabularySize);
        logprobs = new LogprobReader(vocabularySize);
        keptIds = new int[vocabularySize];
        keptWeights = new double[vocabularySize];
    }

    /// Draws the token that follows `history`. `rawLogits` [vocabulary] stays as it is.
    ///
    /// @param allowed at least one token, ending tokens included; absent: every token
    /// @param logprobsCount absent: no log probabilities; 0: of the drawn token only. They are those of
    ///     the model, before penalties and temperature
    /// @throws ServingException with [ErrorCode#INTERNAL] when a logit is not finite, INVALID_VALUE when
    ///     every token is ruled out
    public SampledToken sample(
            float[] rawLogits,
            SamplingParameters parameters,
            StopConditions stop,
            TokenHistory history,
            @Nullable TokenMask allowed,
            @Nullable Integer logprobsCount) {
        LogprobReader.requireFinite(rawLogits);
        System.arraycopy(rawLogits, 0, logits, 0, logits.length);
        history.penalize(logits, parameters);
        parameters.logitBias().forEach((id, bias) -> logits[id] += bias);
        parameters.restrictions().restrict(logits, history);
        if (allowed != null) {
            allowed.restrict(logits);
        } else if (history.generatedCount() < stop.minTokens()) {
            stop.endOfSequenceIds().forEach(this::mask);
            stop.stopTokenIds().forEach(this::mask);
        }
        int best = likeliest();
        if (logits[best] == Float.NEGATIVE_INFINITY) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE,
                    "'allowed_token_ids' and 'bad_words' leave no token with which the answer could go on.");
        }
        int tokenId = parameters.isGreedy()
                ? best
                : draw(parameters, CounterRandom.uniform(parameters.seed(), history.generatedCount()));
        return logprobsCount == null
                ? new SampledToken(tokenId, null, List.of())
                : logprobs.ofDrawn(rawLogits, tokenId, logprobsCount);
    }

    private void mask(int tokenId) {
        logits[tokenId] = Float.NEGATIVE_INFINITY;
    }

    private int likeliest() {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    private int draw(SamplingParameters parameters, double uniform) {
        int kept = parameters.topK() > 0 || parameters.topP() < 1 ? keepBest(parameters) : keepLikely(parameters);
        double remaining = uniform * mass(kept);
        for (int index = 0; index < kept - 1; index++) {
            remaining -= keptWeights[index];
            if (remaining < 0) {
                return keptIds[index];
            }
        }
        return keptIds[kept - 1];
    }

    /// Top-k, then top-p of what that leaves, then min-p: candidates from the best down, at least one.
    private int keepBest(SamplingParameters parameters) {
        float max = logits[likeliest()];
        float temperature = parameters.temperature();
        candidates.fill(logits);
        int count;
        if (parameters.topK() > 0 && parameters.topK() < logits.length) {
            int best = takeCandidates(parameters.topK(), Double.POSITIVE_INFINITY, max, temperature);
            count = countToMass(best, parameters.topP() * mass(best));
        } else {
            double target = parameters.topP() * totalWeight(max, temperature);
            count = takeCandidates(logits.length, target, max, temperature);
        }
        while (count > 1 && (keptWeights[count - 1] == 0 || keptWeights[count - 1] < parameters.minP())) {
            count--;
        }
        return count;
    }

    private int takeCandidates(int limit, double targetMass, float max, float temperature) {
        int count = 0;
        for (double mass = 0; count < limit && mass < targetMass; count++) {
            keptIds[count] = candidates.next();
            keptWeights[count] = weight(logits[keptIds[count]], max, temperature);
            mass += keptWeights[count];
        }
        return count;
    }

    private int countToMass(int limit, double targetMass) {
        int count = 0;
        for (double mass = 0; count < limit && mass < targetMass; count++) {
            mass += keptWeights[count];
        }
        return count;
    }

    private double mass(int count) {
        double mass = 0;
        for (int index = 0; index < count; index++) {
            mass += keptWeights[index];
        }
        return mass;
    }

    /// Min-p alone needs no order.
    private int keepLikely(SamplingParameters parameters) {
        float max = logits[likeliest()];
        int count = 0;
        for (int id = 0; id < logits.length; id++) {
            double weight = weight(logits[id], max, parameters.temperature());
            if (weight > 0 && weight >= parameters.minP()) {
                keptIds[count] = id;
                keptWeights[count++] = weight;
            }
        }
        return count;
    }

    private double totalWeight(float max, float temperature) {
        double total = 0;
        for (float logit : logits) {
            total += weight(logit, max, temperature);
        }
        return total;
    }

    /// Softmax without its denominator: 1 for the likeliest token.
    private static double weight(float logit, float max, float temperature) {
        return Math.exp(((double) logit - max) / temperature);
    }
}
