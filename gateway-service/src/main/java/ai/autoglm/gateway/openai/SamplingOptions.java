package ai.autoglm.gateway.openai;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the client wants tokens chosen. Null fields take the bundle's generation defaults.
///
/// @param topK 0 is off
/// @param seed null: a fresh random seed
/// @param logitBias by token id, each −100 to 100
public record SamplingOptions(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        double minP,
        @Nullable Long seed,
        double presencePenalty,
        double frequencyPenalty,
        @Nullable Double repetitionPenalty,
        Map<Integer, Double> logitBias) {
    /// Everything is left to the bundle.
    public static final SamplingOptions DEFAULTS = new SamplingOptions(null, null, null, 0, null, 0, 0, null, Map.of());

    public SamplingOptions {
        logitBias = Map.copyOf(logitBias);
    }

    public SamplingOptions withTemperature(double value) {
        return new SamplingOptions(
                value, topP, topK, minP, seed, presencePenalty, frequencyPenalty, repetitionPenalty, logitBias);
    }
}
