package ai.autoglm.gateway.openai;

import java.util.List;

/// A chat completion request that keeps every rule of the contract. Absent fields are null until defaults are known.
public record ChatRequest(
        List<ChatMessage> messages,
        AnswerBeginning beginning,
        GenerationOptions generation,
        ThinkingOptions thinking,
        StreamOptions stream) {
    public ChatRequest {
        messages = List.copyOf(messages);
    }
}
