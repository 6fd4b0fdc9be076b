package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.openai.Usage;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// The answer of `POST /v1/audio/transcriptions` as `json`.
@JsonPropertyOrder({"text", "usage"})
record Transcription(String text, TokenUsage usage) {
    /// What the transcription cost.
    @JsonPropertyOrder({"type", "input_tokens", "input_token_details", "output_tokens", "total_tokens"})
    record TokenUsage(int inputTokens, InputTokenDetails inputTokenDetails, int outputTokens, int totalTokens) {
        static TokenUsage of(Usage usage) {
            int audio = usage.promptTokensDetails().audioTokens();
            return new TokenUsage(
                    usage.promptTokens(),
                    new InputTokenDetails(audio, usage.promptTokens() - audio),
                    usage.completionTokens(),
                    usage.totalTokens());
        }

        @JsonProperty
        String type() {
            return "tokens";
        }
    }

    record InputTokenDetails(int audioTokens, int textTokens) {}
}
