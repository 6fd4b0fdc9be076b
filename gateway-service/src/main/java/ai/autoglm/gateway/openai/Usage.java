package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// The `usage` of an answer. Source: API 1.4.
///
/// @param completionTokens reasoning included
@JsonPropertyOrder({
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
    "completion_tokens_details"
})
public record Usage(
        int promptTokens,
        int completionTokens,
        PromptTokensDetails promptTokensDetails,
        CompletionTokensDetails completionTokensDetails) {
    public record PromptTokensDetails(int cachedTokens, int audioTokens) {}

    /// @param audioTokens always 0: answers are text
    public record CompletionTokensDetails(int reasoningTokens, int audioTokens) {}

    /// @param reasoningTokens of the completion tokens, those of the thought
    public static Usage of(PromptTokenCounts prompt, int completionTokens, int reasoningTokens) {
        return new Usage(
                prompt.total(),
                completionTokens,
                new PromptTokensDetails(prompt.cached(), prompt.audio()),
                new CompletionTokensDetails(reasoningTokens, 0));
    }

    @JsonProperty("total_tokens")
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
