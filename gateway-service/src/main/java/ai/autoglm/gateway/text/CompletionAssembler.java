package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ChatCompletion;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import java.util.Optional;

/// Collects the events of one answer into one body. Not thread-safe.
public final class CompletionAssembler {
    private final CompletionIdentity identity;
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder content = new StringBuilder();

    public CompletionAssembler(CompletionIdentity identity) {
        this.identity = identity;
    }

    /// The body, once the event is the last.
    public Optional<ChatCompletion> accept(CompletionEvent event) {
        return switch (event) {
            case ReasoningDelta(String text) -> {
                reasoning.append(text);
                yield Optional.empty();
            }
            case ContentDelta(String text) -> {
                content.append(text);
                yield Optional.empty();
            }
            case Finished finished -> Optional.of(completion(finished));
        };
    }

    private ChatCompletion completion(Finished finished) {
        return ChatCompletion.of(
                identity,
                content.toString(),
                reasoning.isEmpty() ? null : reasoning.toString(),
                finished.reason(),
                finished.usage());
    }
}
