package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.error.ErrorBody;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.responses.ItemDraft.Kind;
import ai.autoglm.gateway.responses.Response.Failure;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.CompletionEvent;
import java.util.Objects;

/// Writes a response as numbered events: its beginning, each item with its content from beginning to end,
/// its own end. Source: API.md 2.
final class ResponseEncoder implements StreamEncoder {
    private final CompletionIdentity identity;
    private final RequestEcho echo;
    private final OutputDraft output = new OutputDraft();
    private Status status = Status.IN_PROGRESS;
    private int sequenceNumber;

    ResponseEncoder(CompletionIdentity identity, RequestEcho echo) {
        this.identity = identity;
        this.echo = echo;
    }

    @Override
    public String open(Usage usage) {
        return write(ResponseEvent.of("response.created", sequenceNumber++, response()))
                + write(ResponseEvent.of("response.in_progress", sequenceNumber++, response()));
    }

    @Override
    public String start(int choice, Usage usage) {
        return "";
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return switch (event) {
            case CompletionEvent.PromptTokens _, CompletionEvent.TokensWritten _ -> "";
            case CompletionEvent.ReasoningDelta(String text) -> delta(Kind.REASONING, text);
            case CompletionEvent.ContentDelta content -> delta(Kind.MESSAGE, content.text());
            case CompletionEvent.ToolCallStarted call -> {
                String ended = end(Status.COMPLETED);
                yield ended + added(output.begin(new ItemDraft.Call(call.id(), call.name())));
            }
            case CompletionEvent.ToolArgumentsDelta arguments -> delta(Kind.FUNCTION_CALL, arguments.text());
            case CompletionEvent.Finished finished -> {
                String missing = output.lacksAnswer(finished.reason()) ? begin(Kind.MESSAGE) : "";
                status = OutputDraft.status(finished.reason());
                yield missing + end(status);
            }
        };
    }

    /// Every event has its place in the order of this contract, and none is a sign of life.
    @Override
    public String keepAlive(Usage usage) {
        return SseEvents.PING;
    }

    @Override
    public String finish(Usage usage) {
        return write(ResponseEvent.of(
                "response." + status.wireName(), sequenceNumber++, response().withUsage(ResponseUsage.of(usage))));
    }

    @Override
    public String failure(ErrorBody error) {
        ErrorBody.Detail detail = error.error();
        ErrorEvent event = new ErrorEvent(sequenceNumber++, detail.code(), detail.message(), detail.param());
        Failure failure = new Failure(Objects.requireNonNullElse(detail.code(), "server_error"), detail.message());
        return SseEvents.event(event.type(), OpenAiJson.write(event))
                + write(ResponseEvent.of(
                        "response.failed", sequenceNumber++, response().failed(failure)));
    }

    private String delta(Kind kind, String text) {
        String begun = output.open(kind).isPresent() ? "" : begin(kind);
        ItemDraft item = output.open(kind).orElseThrow();
        item.append(text);
        return begun + write(ResponseEvent.ofDelta(sequenceNumber++, item, text));
    }

    private String begin(Kind kind) {
        String ended = end(Status.COMPLETED);
        return ended + added(output.begin(kind));
    }

    private String added(ItemDraft item) {
        return write(ResponseEvent.ofItem(
                        "response.output_item.added", sequenceNumber++, item.outputIndex(), item.begun()))
                + part("response.content_part.added", item);
    }

    private String end(Status itemStatus) {
        return output.end(itemStatus)
                .map(item -> write(ResponseEvent.ofDone(sequenceNumber++, item))
                        + part("response.content_part.done", item)
                        + write(ResponseEvent.ofItem(
                                "response.output_item.done",
                                sequenceNumber++,
                                item.outputIndex(),
                                item.ended(itemStatus))))
                .orElse("");
    }

    private String part(String type, ItemDraft item) {
        return item.content()
                .map(content -> write(ResponseEvent.ofPart(type, sequenceNumber++, item, content)))
                .orElse("");
    }

    private Response response() {
        return Response.of(identity, echo, status, output.items());
    }

    private static String write(ResponseEvent event) {
        return SseEvents.event(event.type(), OpenAiJson.write(event));
    }
}
