package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.responses.ItemDraft.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The output of a response while it comes: ended items, and the one that is open. Not thread-safe.
final class OutputDraft {
    private final List<OutputItem> ended = new ArrayList<>();
    private @Nullable ItemDraft open;

    /// The item that is open, when it is of this kind.
    Optional<ItemDraft> open(Kind kind) {
        return Optional.ofNullable(open).filter(item -> item.kind() == kind);
    }

    /// Opens an item; the one before has to be ended.
    ItemDraft begin(Kind kind) {
        return begin(new ItemDraft(kind, ended.size()));
    }

    /// Opens the call of a tool; the item before has to be ended.
    ItemDraft begin(ItemDraft.Call call) {
        return begin(new ItemDraft(call, ended.size()));
    }

    private ItemDraft begin(ItemDraft item) {
        if (open != null) {
            throw new IllegalStateException("an item is open still");
        }
        open = item;
        return item;
    }

    /// Ends the item that is open; empty when there is none.
    Optional<ItemDraft> end(Status status) {
        Optional<ItemDraft> item = Optional.ofNullable(open);
        item.ifPresent(draft -> ended.add(draft.ended(status)));
        open = null;
        return item;
    }

    /// Whether a complete output has neither a message nor a call; a thought that was cut needs none.
    boolean lacksAnswer(FinishReason reason) {
        return reason != FinishReason.LENGTH
                && (open == null || open.kind() == Kind.REASONING)
                && ended.stream().allMatch(OutputItem.ReasoningItem.class::isInstance);
    }

    List<OutputItem> items() {
        return List.copyOf(ended);
    }

    static Status status(FinishReason reason) {
        return reason == FinishReason.LENGTH ? Status.INCOMPLETE : Status.COMPLETED;
    }
}
