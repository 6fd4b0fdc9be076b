package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;

/// How a sequence's next token is drawn. Source of the definitions: MODEL_SPEC H.
///
/// @param temperature 0 is greedy
/// @param topP in [0, 1]; 1 is off, 0 is greedy
/// @param topK 0 is off, 1 is greedy
/// @param minP in [0, 1], relative to the likeliest token; 0 is off
/// @param seed of the random numbers
/// @param presencePenalty subtracted once from tokens generated before
/// @param frequencyPenalty subtracted from a token for each time it was generated before
/// @param repetitionPenalty divides (or multiplies negative) logits of tokens in prompt or answer; 1 is
///     off
/// @param logitBias added to the logits of these ids
/// @param restrictions what the client has ruled out
public record SamplingParameters(
        float temperature,
        float topP,
        int topK,
        float minP,
        long seed,
        float presencePenalty,
        float frequencyPenalty,
        float repetitionPenalty,
        Map<Integer, Float> logitBias,
        TokenRestrictions restrictions) {
    public SamplingParameters {
        requireRange("temperature", temperature, 0, 100);
        requireRange("top_p", topP, 0, 1);
        requireRange("min_p", minP, 0, 1);
        requireRange("presence_penalty", presencePenalty, -100, 100);
        requireRange("frequency_penalty", frequencyPenalty, -100, 100);
        // Beyond these a finite logit could overflow.
        requireRange("repetition_penalty", repetitionPenalty, 0.001f, 1000);
        if (topK < 0) {
            throw new ServingException(
                    ErrorCode.INTEGER_BELOW_MIN_VALUE, "top_k must be at least 0, not " + topK + ".");
        }
        logitBias = Map.copyOf(logitBias);
        logitBias.values().forEach(bias -> requireRange("logit_bias", bias, -100, 100));
    }

    /// The likeliest token every time.
    public static SamplingParameters greedy() {
        return new SamplingParameters(0, 1, 0, 0, 0, 0, 0, 1, Map.of(), TokenRestrictions.NONE);
    }

    boolean isGreedy() {
        return temperature == 0 || topP == 0 || topK == 1;
    }

    private static void requireRange(String name, float value, float min, float max) {
        if (!Float.isFinite(value)) {
            throw new ServingException(ErrorCode.INVALID_VALUE, name + " must be a finite number.");
        }
        if (value < min) {
            throw new ServingException(
                    ErrorCode.DECIMAL_BELOW_MIN_VALUE, name + " must be at least " + min + ", not " + value + ".");
        }
        if (value > max) {
            throw new ServingException(
                    ErrorCode.DECIMAL_ABOVE_MAX_VALUE, name + " must be at most " + max + ", not " + value + ".");
        }
    }
}
