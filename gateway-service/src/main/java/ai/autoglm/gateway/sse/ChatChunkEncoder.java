package ai.autoglm.gateway.sse;

import ai.autoglm.gateway.openai.ChatCompletionChunk;
import ai.autoglm.gateway.openai.ChatCompletionChunk.Delta;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import org.jspecify.annotations.Nullable;

/// Writes one answer as events: role, reasoning, content, end, usage, `[DONE]`. Each method gives the text of zero or
/// more whole events. Not thread-safe. Source: API 1.6.
public final class ChatChunkEncoder {
    private final CompletionIdentity identity;
    private final StreamOptions options;
    private boolean roleSent;

    public ChatChunkEncoder(CompletionIdentity identity, StreamOptions options) {
        this.identity = identity;
        this.options = options;
    }

    /// Says who speaks. To be called when the first token comes, though it may have no text of its own yet: clients
    /// measure the time to it. Empty when that has been said.
    public String start(Usage usage) {
        if (roleSent) {
            return "";
        }
        roleSent = true;
        return chunk(Delta.ROLE, null, usage);
    }

    /// @param usage so far
    public String encode(CompletionEvent event, Usage usage) {
        return start(usage)
                + switch (event) {
                    case ReasoningDelta(String text) -> chunk(Delta.reasoning(text), null, usage);
                    case ContentDelta(String text) -> chunk(Delta.content(text), null, usage);
                    case Finished finished -> end(finished);
                };
    }

    /// A chunk with nothing new, for clients that count parsed chunks rather than comments as a sign of life.
    public String keepAlive(Usage usage) {
        return chunk(Delta.EMPTY, null, usage);
    }

    private String end(Finished finished) {
        String last = chunk(Delta.EMPTY, finished.reason(), finished.usage());
        String usage = options.includeUsage()
                ? SseEvents.data(OpenAiJson.write(ChatCompletionChunk.ofUsage(identity, finished.usage())))
                : "";
        return last + usage + SseEvents.DONE;
    }

    private String chunk(Delta delta, @Nullable FinishReason finishReason, Usage usage) {
        return SseEvents.data(
                OpenAiJson.write(ChatCompletionChunk.of(identity, delta, finishReason, usageField(usage))));
    }

    private @Nullable UsageField usageField(Usage usage) {
        if (options.continuousUsage()) {
            return new UsageField(usage);
        }
        return options.includeUsage() ? new UsageField(null) : null;
    }
}
