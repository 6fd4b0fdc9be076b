package ai.autoglm.gateway.openai;

import org.jspecify.annotations.Nullable;

/// How an answer shall be generated, whichever front end it is for.
///
/// @param choiceCount answers to each prompt
/// @param maxTokens most completion tokens of a choice, reasoning included; null: what the context leaves
/// @param topLogprobs how many alternatives each token tells with its log probability; null: no log probabilities
public record GenerationOptions(
        int choiceCount,
        SamplingOptions sampling,
        StopOptions stop,
        @Nullable Integer maxTokens,
        @Nullable Integer topLogprobs) {
    /// Of a request that says nothing.
    public static final GenerationOptions DEFAULTS =
            new GenerationOptions(1, SamplingOptions.DEFAULTS, StopOptions.NONE, null, null);
}
