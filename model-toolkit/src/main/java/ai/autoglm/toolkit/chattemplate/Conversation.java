package ai.autoglm.toolkit.chattemplate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a chat template renders.
///
/// @param addGenerationPrompt whether the assistant's header follows the last turn
/// @param enableThinking the template's switch of that name; null leaves it undefined
public record Conversation(
        List<Turn> turns,
        boolean addGenerationPrompt,
        @Nullable Boolean enableThinking) {
    public Conversation {
        turns = List.copyOf(turns);
    }
}
