package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chat completion request that keeps every rule of the contract. Absent fields are null until defaults are known.
///
/// @param language to which the answer has to belong; null: any text will do
public record ChatRequest(
        List<ChatMessage> messages,
        AnswerBeginning beginning,
        ToolUse tools,
        @Nullable GrammarSource language,
        GenerationOptions generation,
        ThinkingOptions thinking,
        StreamOptions stream) {
    public ChatRequest {
        messages = List.copyOf(messages);
    }

    /// Whether the answer has a structure that the model's own tags would break.
    public boolean structured() {
        return language != null || !tools.offered().isEmpty();
    }
}
