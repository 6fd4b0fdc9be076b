package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.PromptScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a decoder reports of a generation.
public sealed interface DecodeEvent {
    /// The sequence is alive: queued, waiting for rows, or in prefill.
    record Progress() implements DecodeEvent {}

    /// What the model made of the next tokens of the prompt, which begin with its second. Before the first token.
    ///
    /// @param firstIndex of the first of them in the prompt
    record PromptScored(int firstIndex, List<PromptScore> scores) implements DecodeEvent {
        public PromptScored {
            scores = List.copyOf(scores);
        }
    }

    /// @param index counted from the first generated token
    record Token(GeneratedToken token, int index) implements DecodeEvent {}

    /// The last event.
    ///
    /// @param stopToken the end-of-sequence or stop token that ended it; null: none did
    record Finished(EndReason reason, @Nullable Integer stopToken) implements DecodeEvent {}

    /// Why the decoder ended a generation.
    enum EndReason {
        /// An end-of-sequence or stop token, which is not among the tokens.
        STOP,
        /// The token limit, or the end of the context.
        LENGTH
    }
}
