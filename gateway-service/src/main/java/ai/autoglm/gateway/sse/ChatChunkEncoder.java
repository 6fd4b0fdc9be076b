package ai.autoglm.gateway.sse;

import ai.autoglm.gateway.openai.ChatCompletionChunk;
import ai.autoglm.gateway.openai.ChatCompletionChunk.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.Delta;
import ai.autoglm.gateway.openai.ChatCompletionChunk.ToolCallDelta;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.ContentLogprobs;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.PromptTokens;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.CompletionEvent.TokensWritten;
import ai.autoglm.gateway.text.CompletionEvent.ToolArgumentsDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolCallStarted;
import ai.autoglm.gateway.text.PromptToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a chat completion as chunks: for each choice role, reasoning, content or calls, and end, then usage and
/// `[DONE]`.
/// Source: API 1.6.
public final class ChatChunkEncoder implements StreamEncoder {
    private final CompletionIdentity identity;
    private final StreamOptions options;
    private final TokenForm form;
    private final Delta role;
    private final Map<Integer, List<Integer>> untold = new HashMap<>(); // ids of each choice since its last chunk

    /// @param form how tokens are shown
    /// @param mayCall whether the answer may have calls instead of content: no content is told before they come
    public ChatChunkEncoder(CompletionIdentity identity, StreamOptions options, TokenForm form, boolean mayCall) {
        this.identity = identity;
        this.options = options;
        this.form = form;
        this.role = mayCall ? Delta.ROLE_WITHOUT_CONTENT : Delta.ROLE;
    }

    /// Says who speaks, when the first token comes: clients measure the time to it. A client that wants the prompt's
    /// tokens gets them with it.
    @Override
    public String start(int choice, Usage usage) {
        return form.returnsIds() ? "" : chunk(new Choice(choice, role), usage);
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return switch (event) {
            case PromptTokens(List<PromptToken> prompt) ->
                SseEvents.data(OpenAiJson.write(ChatCompletionChunk.first(
                        identity,
                        new Choice(choice, role),
                        UsageField.of(options, usage),
                        prompt.stream().map(PromptToken::id).toList())));
            case TokensWritten(List<Integer> ids) -> {
                untold.computeIfAbsent(choice, _ -> new ArrayList<>()).addAll(ids);
                yield "";
            }
            case ReasoningDelta(String text) -> next(new Choice(choice, Delta.reasoning(text)), usage);
            case ContentDelta content ->
                next(new Choice(choice, Delta.content(content.text()), logprobs(content)), usage);
            case ToolCallStarted(int index, String id, String name) ->
                next(new Choice(choice, Delta.toolCall(ToolCallDelta.started(index, id, name))), usage);
            case ToolArgumentsDelta(int index, String text) ->
                next(new Choice(choice, Delta.toolCall(ToolCallDelta.arguments(index, text))), usage);
            case Finished finished -> next(new Choice(choice, finished.reason(), finished.stopReason()), usage);
        };
    }

    private @Nullable ContentLogprobs logprobs(ContentDelta content) {
        return content.logprobs().isEmpty() ? null : ContentLogprobs.of(content.logprobs(), form);
    }

    /// With the ids of the tokens since the last chunk of the choice.
    private String next(Choice choice, Usage usage) {
        List<Integer> ids = untold.remove(choice.index());
        return chunk(form.returnsIds() ? choice.withTokenIds(ids == null ? List.of() : ids) : choice, usage);
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
        return SseEvents.data(
                OpenAiJson.write(ChatCompletionChunk.of(identity, choice, UsageField.of(options, usage))));
    }
}
