package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the client wants tokens chosen. Null fields take the bundle's generation defaults.
///
/// @param topK 0 is off
/// @param seed null: a fresh random seed
/// @param logitBias by token id, each −100 to 100
/// @param allowedTokenIds the only tokens that may be written; empty: every token may
/// @param bannedSequences tokens that are never written one after the other
public record SamplingOptions(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        double minP,
        @Nullable Long seed,
        double presencePenalty,
        double frequencyPenalty,
        @Nullable Double repetitionPenalty,
        Map<Integer, Double> logitBias,
        List<Integer> allowedTokenIds,
        List<TokenIds> bannedSequences) {
    /// Everything is left to the bundle.
    public static final SamplingOptions DEFAULTS =
            new SamplingOptions(null, null, null, 0, null, 0, 0, null, Map.of(), List.of(), List.of());

    public SamplingOptions {
        logitBias = Map.copyOf(logitBias);
        allowedTokenIds = List.copyOf(allowedTokenIds);
        bannedSequences = List.copyOf(bannedSequences);
    }

    public SamplingOptions withTemperature(double value) {
        return new SamplingOptions(
                value,
                topP,
                topK,
                minP,
                seed,
                presencePenalty,
                frequencyPenalty,
                repetitionPenalty,
                logitBias,
                allowedTokenIds,
                bannedSequences);
    }
}
