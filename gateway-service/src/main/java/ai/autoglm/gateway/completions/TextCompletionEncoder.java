package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.completions.TextCompletion.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.PromptToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a text completion as events: for each choice its text and its end, then usage and `[DONE]`.
final class TextCompletionEncoder implements StreamEncoder {
    private final CompletionIdentity identity;
    private final StreamOptions options;
    private final TextBeginnings beginnings;
    private final GenerationOptions generation;
    private final Map<Integer, Integer> lengths = new HashMap<>(); // of each choice's text, in characters
    private final Map<Integer, List<Integer>> untold = new HashMap<>(); // ids of each choice since its last event

    /// @param beginnings what each choice begins with
    /// @param generation says what else than text was asked for
    TextCompletionEncoder(
            CompletionIdentity identity,
            StreamOptions options,
            TextBeginnings beginnings,
            GenerationOptions generation) {
        this.identity = identity;
        this.options = options;
        this.beginnings = beginnings;
        this.generation = generation;
    }

    /// An echo waits for what else was asked about the prompt.
    @Override
    public String start(int choice, Usage usage) {
        return asksForPromptTokens() || beginnings.isNone() ? "" : event(beginning(choice, null), usage);
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return switch (event) {
            case CompletionEvent.PromptTokens(List<PromptToken> prompt) -> prompt(choice, prompt, usage);
            case CompletionEvent.TokensWritten(List<Integer> ids) -> {
                untold.computeIfAbsent(choice, _ -> new ArrayList<>()).addAll(ids);
                yield "";
            }
            case CompletionEvent.ReasoningDelta(String thought) -> next(new Choice(choice, thought, null), usage);
            case CompletionEvent.ContentDelta content -> next(content(choice, content), usage);
            case CompletionEvent.ToolCallStarted _, CompletionEvent.ToolArgumentsDelta _ ->
                throw TextCompletionAssembler.noTools();
            case CompletionEvent.Finished finished ->
                next(Choice.end(choice, finished.reason(), finished.stopReason()), usage);
        };
    }

    @Override
    public String keepAlive(Usage usage) {
        return event(new Choice(0, "", null), usage);
    }

    private boolean asksForPromptTokens() {
        return generation.tokenForm().returnsIds() || generation.promptLogprobs() != null;
    }

    private String prompt(int choice, List<PromptToken> prompt, Usage usage) {
        if (!generation.tokenForm().returnsIds()) {
            return event(beginning(choice, prompt), usage);
        }
        List<Integer> ids = prompt.stream().map(PromptToken::id).toList();
        return event(beginning(choice, prompt).withPromptTokenIds(ids), usage);
    }

    private Choice beginning(int choice, @Nullable List<PromptToken> prompt) {
        String text = beginnings.of(choice);
        lengths.put(choice, TextLogprobs.length(text));
        TextLogprobs logprobs = prompt == null || generation.topLogprobs() == null || beginnings.isNone()
                ? null
                : new TextLogprobs.Builder(generation.tokenForm(), generation.topLogprobs(), 0)
                        .addPrompt(prompt)
                        .build();
        return new Choice(choice, text, logprobs);
    }

    /// With the ids of the tokens since the last event of the choice.
    private String next(Choice choice, Usage usage) {
        List<Integer> ids = untold.remove(choice.index());
        boolean told = generation.tokenForm().returnsIds();
        return event(told ? choice.withTokenIds(ids == null ? List.of() : ids) : choice, usage);
    }

    @Override
    public String finish(Usage usage) {
        String last = options.includeUsage()
                ? SseEvents.data(OpenAiJson.write(TextCompletion.of(identity, List.of(), new UsageField(usage))))
                : "";
        return last + SseEvents.DONE;
    }

    private Choice content(int choice, CompletionEvent.ContentDelta content) {
        int start = lengths.getOrDefault(choice, 0);
        lengths.put(choice, start + TextLogprobs.length(content.text()));
        TextLogprobs logprobs = content.logprobs().isEmpty() || generation.topLogprobs() == null
                ? null
                : new TextLogprobs.Builder(generation.tokenForm(), generation.topLogprobs(), start)
                        .addContent(content.logprobs())
                        .build();
        return new Choice(choice, content.text(), logprobs);
    }

    private String event(Choice choice, Usage usage) {
        return SseEvents.data(
                OpenAiJson.write(TextCompletion.of(identity, List.of(choice), UsageField.of(options, usage))));
    }
}
