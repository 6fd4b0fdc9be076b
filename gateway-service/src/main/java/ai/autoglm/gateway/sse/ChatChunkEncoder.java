package ai.autoglm.gateway.sse;

import ai.autoglm.gateway.openai.ChatCompletionChunk;
import ai.autoglm.gateway.openai.ChatCompletionChunk.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.Delta;
import ai.autoglm.gateway.openai.ChatCompletionChunk.ToolCallDelta;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolArgumentsDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolCallStarted;
import org.jspecify.annotations.Nullable;

/// Writes a chat completion as chunks: for each choice role, reasoning, content or calls, and end, then usage and
/// `[DONE]`.
/// Source: API 1.6.
public final class ChatChunkEncoder implements StreamEncoder {
    private final CompletionIdentity identity;
    private final StreamOptions options;
    private final Delta role;

    /// @param callsOnly whether the answer will have calls instead of content
    public ChatChunkEncoder(CompletionIdentity identity, StreamOptions options, boolean callsOnly) {
        this.identity = identity;
        this.options = options;
        this.role = callsOnly ? Delta.ROLE_WITHOUT_CONTENT : Delta.ROLE;
    }

    /// Says who speaks, when the first token comes: clients measure the time to it.
    @Override
    public String start(int choice, Usage usage) {
        return chunk(new Choice(choice, role), usage);
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return chunk(
                switch (event) {
                    case ReasoningDelta(String text) -> new Choice(choice, Delta.reasoning(text));
                    case ContentDelta(String text, var logprobs) -> new Choice(choice, Delta.content(text), logprobs);
                    case ToolCallStarted(int index, String id, String name) ->
                        new Choice(choice, Delta.toolCall(ToolCallDelta.started(index, id, name)));
                    case ToolArgumentsDelta(int index, String text) ->
                        new Choice(choice, Delta.toolCall(ToolCallDelta.arguments(index, text)));
                    case Finished finished -> new Choice(choice, finished.reason(), finished.stopReason());
                },
                usage);
    }

    /// A chunk with nothing new, for clients that count parsed chunks rather than comments as a sign of life.
    @Override
    public String keepAlive(Usage usage) {
        return chunk(new Choice(0, Delta.EMPTY), usage);
    }

    @Override
    public String finish(Usage usage) {
        String last = options.includeUsage()
                ? SseEvents.data(OpenAiJson.write(ChatCompletionChunk.ofUsage(identity, usage)))
                : "";
        return last + SseEvents.DONE;
    }

    private String chunk(Choice choice, Usage usage) {
        return SseEvents.data(OpenAiJson.write(ChatCompletionChunk.of(identity, choice, usageField(usage))));
    }

    private @Nullable UsageField usageField(Usage usage) {
        if (options.continuousUsage()) {
            return new UsageField(usage);
        }
        return options.includeUsage() ? new UsageField(null) : null;
    }
}
