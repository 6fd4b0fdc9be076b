package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.completions.TextCompletion.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.CompletionEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a text completion as events: for each choice its text and its end, then usage and `[DONE]`.
final class TextCompletionEncoder implements StreamEncoder {
    private final CompletionIdentity identity;
    private final StreamOptions options;
    private final TextBeginnings beginnings;
    private final Map<Integer, Integer> lengths = new HashMap<>(); // of each choice's text, in characters

    /// @param beginnings what each choice begins with
    TextCompletionEncoder(CompletionIdentity identity, StreamOptions options, TextBeginnings beginnings) {
        this.identity = identity;
        this.options = options;
        this.beginnings = beginnings;
    }

    @Override
    public String start(int choice, Usage usage) {
        String beginning = beginnings.of(choice);
        return beginning.isEmpty() ? "" : event(new Choice(choice, beginning, null, null), usage);
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return event(
                switch (event) {
                    case CompletionEvent.ReasoningDelta(String thought) -> new Choice(choice, thought, null, null);
                    case CompletionEvent.ContentDelta content -> content(choice, content);
                    case CompletionEvent.ToolCallStarted _, CompletionEvent.ToolArgumentsDelta _ ->
                        throw TextCompletionAssembler.noTools();
                    case CompletionEvent.Finished finished -> new Choice(choice, "", null, finished.reason());
                },
                usage);
    }

    @Override
    public String keepAlive(Usage usage) {
        return event(new Choice(0, "", null, null), usage);
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
        TextLogprobs logprobs = content.logprobs().isEmpty() ? null : TextLogprobs.of(content.logprobs(), start);
        return new Choice(choice, content.text(), logprobs, null);
    }

    private String event(Choice choice, Usage usage) {
        return SseEvents.data(OpenAiJson.write(TextCompletion.of(identity, List.of(choice), usageField(usage))));
    }

    private @Nullable UsageField usageField(Usage usage) {
        if (options.continuousUsage()) {
            return new UsageField(usage);
        }
        return options.includeUsage() ? new UsageField(null) : null;
    }
}
