package ai.autoglm.gateway.openai;

import org.jspecify.annotations.Nullable;

/// How an answer shall be generated, whichever front end it is for.
///
/// @param choiceCount answers to each prompt
/// @param maxTokens most completion tokens of a choice, reasoning included; 0: the prompt is read and nothing written;
///     null: what the context leaves
/// @param topLogprobs how many alternatives each token tells with its log probability; null: no log probabilities
/// @param promptLogprobs the same of each prompt token; null: no log probabilities of the prompt
public record GenerationOptions(
        int choiceCount,
        SamplingOptions sampling,
        StopOptions stop,
        @Nullable Integer maxTokens,
        @Nullable Integer topLogprobs,
        @Nullable Integer promptLogprobs,
        TokenForm tokenForm) {
    /// Whether nothing is to be written.
    public boolean readsPromptOnly() {
        return maxTokens != null && maxTokens == 0;
    }

    /// Of a request that says nothing.
    public static final GenerationOptions DEFAULTS =
            new GenerationOptions(1, SamplingOptions.DEFAULTS, StopOptions.NONE, null, null, null, TokenForm.TEXT);
}
