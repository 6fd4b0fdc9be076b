package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.Usage;

/// What happens to an answer, in order: the thought, the answer itself, the end. Texts are never empty and hold whole
/// code points.
public sealed interface CompletionEvent {
    record ReasoningDelta(String text) implements CompletionEvent {}

    record ContentDelta(String text) implements CompletionEvent {}

    record Finished(FinishReason reason, Usage usage) implements CompletionEvent {}
}
