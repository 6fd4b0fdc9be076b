package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopReason;
import ai.autoglm.gateway.openai.TokenLogprob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to one choice, in order: the thought, the answer itself, the end. Texts are never empty and hold whole
/// code points.
public sealed interface CompletionEvent {
    /// What the prompt of the choice is made of, where the client asked: before anything that the model writes.
    record PromptTokens(List<PromptToken> tokens) implements CompletionEvent {
        public PromptTokens {
            tokens = List.copyOf(tokens);
        }
    }

    /// The model has written these tokens, where the client asked for ids: before the text that they complete. Those of
    /// a hidden thought are not told.
    record TokensWritten(List<Integer> ids) implements CompletionEvent {
        public TokensWritten {
            ids = List.copyOf(ids);
        }
    }

    record ReasoningDelta(String text) implements CompletionEvent {}

    /// @param logprobs of the tokens that the text is made of, where they were asked for
    record ContentDelta(String text, List<TokenLogprob> logprobs) implements CompletionEvent {
        public ContentDelta {
            logprobs = List.copyOf(logprobs);
        }

        public ContentDelta(String text) {
            this(text, List.of());
        }
    }

    /// The model calls a tool; its arguments follow.
    ///
    /// @param index of the call in the choice
    /// @param id that the client will give back with the result
    record ToolCallStarted(int index, String id, String name) implements CompletionEvent {}

    /// @param index of the call in the choice
    /// @param text the next piece of the arguments, which are JSON text
    record ToolArgumentsDelta(int index, String text) implements CompletionEvent {}

    /// @param stopReason the client's stop string or stop token that ended the choice; null: none did
    record Finished(FinishReason reason, @Nullable StopReason stopReason) implements CompletionEvent {
        public Finished(FinishReason reason) {
            this(reason, null);
        }
    }
}
