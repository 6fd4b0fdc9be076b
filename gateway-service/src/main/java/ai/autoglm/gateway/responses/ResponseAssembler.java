package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.responses.ItemDraft.Kind;
import ai.autoglm.gateway.text.BodyAssembler;
import ai.autoglm.gateway.text.CompletionEvent;

/// Collects the events of a response into its body.
final class ResponseAssembler implements BodyAssembler {
    private final CompletionIdentity identity;
    private final RequestEcho echo;
    private final OutputDraft output = new OutputDraft();
    private Status status = Status.IN_PROGRESS;

    ResponseAssembler(CompletionIdentity identity, RequestEcho echo) {
        this.identity = identity;
        this.echo = echo;
    }

    @Override
    public void accept(int choice, CompletionEvent event) {
        switch (event) {
            case CompletionEvent.PromptTokens _, CompletionEvent.TokensWritten _ -> {}
            case CompletionEvent.ReasoningDelta(String text) -> append(Kind.REASONING, text);
            case CompletionEvent.ContentDelta content -> append(Kind.MESSAGE, content.text());
            case CompletionEvent.ToolCallStarted call -> {
                output.end(Status.COMPLETED);
                output.begin(new ItemDraft.Call(call.id(), call.name()));
            }
            case CompletionEvent.ToolArgumentsDelta arguments -> append(Kind.FUNCTION_CALL, arguments.text());
            case CompletionEvent.Finished finished -> {
                if (output.lacksAnswer(finished.reason())) {
                    append(Kind.MESSAGE, "");
                }
                status = OutputDraft.status(finished.reason());
                output.end(status);
            }
        }
    }

    @Override
    public Body finish(Usage usage) {
        Response response = Response.of(identity, echo, status, output.items()).withUsage(ResponseUsage.of(usage));
        return Body.json(OpenAiJson.write(response));
    }

    private void append(Kind kind, String text) {
        output.open(kind)
                .orElseGet(() -> {
                    output.end(Status.COMPLETED);
                    return output.begin(kind);
                })
                .append(text);
    }
}
