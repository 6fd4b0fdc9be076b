package ai.autoglm.gateway.responses;

import java.util.List;
import java.util.UUID;

/// An item while its text comes. Not thread-safe.
final class ItemDraft {
    /// What an item is.
    enum Kind {
        REASONING("rs_", "response.reasoning_text"),
        MESSAGE("msg_", "response.output_text");

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

    private final Kind kind;
    private final int outputIndex;
    private final String id;
    private final StringBuilder text = new StringBuilder();

    ItemDraft(Kind kind, int outputIndex) {
        this.kind = kind;
        this.outputIndex = outputIndex;
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

    OutputContent content() {
        return switch (kind) {
            case REASONING -> new OutputContent.ReasoningText(text());
            case MESSAGE -> new OutputContent.OutputText(text());
        };
    }

    /// Before any of its content.
    OutputItem begun() {
        return item(Status.IN_PROGRESS, List.of());
    }

    OutputItem ended(Status status) {
        return item(status, List.of(content()));
    }

    private OutputItem item(Status status, List<OutputContent> content) {
        return switch (kind) {
            case REASONING -> new OutputItem.ReasoningItem(id, status, content);
            case MESSAGE -> new OutputItem.MessageItem(id, status, content);
        };
    }
}
