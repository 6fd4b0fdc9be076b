package ai.autoglm.gateway.responses;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An item while its text comes. Not thread-safe.
final class ItemDraft {
    /// What an item is.
    enum Kind {
        REASONING("rs_", "response.reasoning_text"),
        MESSAGE("msg_", "response.output_text"),
        FUNCTION_CALL("fc_", "response.function_call_arguments");

        private final String idPrefix;
        private final String eventPrefix;

        Kind(String idPrefix, String eventPrefix) {
            this.idPrefix = idPrefix;
            this.eventPrefix = eventPrefix;
        }

        /// How the types of the events begin that tell its text.
        String eventPrefix() {
            return eventPrefix;
        }
    }

    /// Which tool is called.
    record Call(String id, String name) {}

    private final Kind kind;
    private final int outputIndex;
    private final @Nullable Call call; // of a function call only
    private final String id;
    private final StringBuilder text = new StringBuilder();

    ItemDraft(Kind kind, int outputIndex) {
        this(kind, outputIndex, null);
    }

    ItemDraft(Call call, int outputIndex) {
        this(Kind.FUNCTION_CALL, outputIndex, call);
    }

    private ItemDraft(Kind kind, int outputIndex, @Nullable Call call) {
        this.kind = kind;
        this.outputIndex = outputIndex;
        this.call = call;
        this.id = kind.idPrefix + UUID.randomUUID().toString().replace("-", "");
    }

    Kind kind() {
        return kind;
    }

    int outputIndex() {
        return outputIndex;
    }

    String id() {
        return id;
    }

    String text() {
        return text.toString();
    }

    void append(String more) {
        text.append(more);
    }

    /// The one piece of content; empty where the item has its text in another form.
    Optional<OutputContent> content() {
        return switch (kind) {
            case REASONING -> Optional.of(new OutputContent.ReasoningText(text()));
            case MESSAGE -> Optional.of(new OutputContent.OutputText(text()));
            case FUNCTION_CALL -> Optional.empty();
        };
    }

    /// Before any of its text.
    OutputItem begun() {
        return item(Status.IN_PROGRESS, List.of());
    }

    OutputItem ended(Status status) {
        return item(status, content().stream().toList());
    }

    private OutputItem item(Status status, List<OutputContent> content) {
        return switch (kind) {
            case REASONING -> new OutputItem.ReasoningItem(id, status, content);
            case MESSAGE -> new OutputItem.MessageItem(id, status, content);
            case FUNCTION_CALL -> {
                Call called = Objects.requireNonNull(call);
                yield new OutputItem.FunctionCallItem(id, status, called.id(), called.name(), text());
            }
        };
    }
}
