package ai.autoglm.gateway.openai;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chat completion request that keeps every rule of the contract. Absent fields are null until defaults are known.
///
/// @param maxTokens most completion tokens, reasoning included; null: what the context leaves
public record ChatRequest(
        List<ChatMessage> messages,
        SamplingOptions sampling,
        StopOptions stop,
        @Nullable Integer maxTokens,
        ThinkingOptions thinking,
        StreamOptions stream) {
    public ChatRequest {
        messages = List.copyOf(messages);
    }
}
