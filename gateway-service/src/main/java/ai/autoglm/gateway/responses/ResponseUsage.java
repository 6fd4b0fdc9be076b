package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.Usage;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// The `usage` of a response. Source: API.md 2.
@JsonPropertyOrder({"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens"})
record ResponseUsage(
        int inputTokens,
        InputTokensDetails inputTokensDetails,
        int outputTokens,
        OutputTokensDetails outputTokensDetails,
        int totalTokens) {
    record InputTokensDetails(int cachedTokens) {}

    record OutputTokensDetails(int reasoningTokens) {}

    static ResponseUsage of(Usage usage) {
        return new ResponseUsage(
                usage.promptTokens(),
                new InputTokensDetails(usage.promptTokensDetails().cachedTokens()),
                usage.completionTokens(),
                new OutputTokensDetails(usage.completionTokensDetails().reasoningTokens()),
                usage.totalTokens());
    }
}
