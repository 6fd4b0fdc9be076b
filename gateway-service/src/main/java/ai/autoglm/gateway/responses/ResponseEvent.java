package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event of a streamed response. Keys that its type does not have are absent.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "type",
    "sequence_number",
    "response",
    "output_index",
    "item",
    "item_id",
    "content_index",
    "part",
    "delta",
    "text",
    "arguments",
    "logprobs"
})
record ResponseEvent(
        String type,
        int sequenceNumber,
        @Nullable Response response,
        @Nullable Integer outputIndex,
        @Nullable OutputItem item,
        @Nullable String itemId,
        @Nullable Integer contentIndex,
        @Nullable OutputContent part,
        @Nullable String delta,
        @Nullable String text,
        @Nullable String arguments,
        @Nullable List<String> logprobs) {
    /// About the response as a whole.
    static ResponseEvent of(String type, int sequenceNumber, Response response) {
        return new ResponseEvent(type, sequenceNumber, response, null, null, null, null, null, null, null, null, null);
    }

    /// About an item as a whole.
    static ResponseEvent ofItem(String type, int sequenceNumber, int outputIndex, OutputItem item) {
        return new ResponseEvent(
                type, sequenceNumber, null, outputIndex, item, null, null, null, null, null, null, null);
    }

    /// About the one piece of content that an item has.
    static ResponseEvent ofPart(String type, int sequenceNumber, ItemDraft item, OutputContent content) {
        return new ResponseEvent(
                type, sequenceNumber, null, item.outputIndex(), null, item.id(), 0, content, null, null, null, null);
    }

    /// New text of an item.
    static ResponseEvent ofDelta(int sequenceNumber, ItemDraft item, String delta) {
        return ofText(item.kind().eventPrefix() + ".delta", sequenceNumber, item, delta, null, null);
    }

    /// All text of an item.
    static ResponseEvent ofDone(int sequenceNumber, ItemDraft item) {
        String type = item.kind().eventPrefix() + ".done";
        return switch (item.kind()) {
            case REASONING, MESSAGE -> ofText(type, sequenceNumber, item, null, item.text(), null);
            case FUNCTION_CALL -> ofText(type, sequenceNumber, item, null, null, item.text());
        };
    }

    private static ResponseEvent ofText(
            String type,
            int sequenceNumber,
            ItemDraft item,
            @Nullable String delta,
            @Nullable String text,
            @Nullable String arguments) {
        Integer contentIndex = switch (item.kind()) {
            case REASONING, MESSAGE -> 0;
            case FUNCTION_CALL -> null;
        };
        List<String> logprobs = switch (item.kind()) {
            case MESSAGE -> List.of();
            case REASONING, FUNCTION_CALL -> null;
        };
        return new ResponseEvent(
                type,
                sequenceNumber,
                null,
                item.outputIndex(),
                null,
                item.id(),
                contentIndex,
                null,
                delta,
                text,
                arguments,
                logprobs);
    }
}
