package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.completions.TextCompletion.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.BodyAssembler;
import ai.autoglm.gateway.text.CompletionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects the events of a text completion into its body.
final class TextCompletionAssembler implements BodyAssembler {
    private final CompletionIdentity identity;
    private final TextBeginnings beginnings;
    private final boolean withLogprobs;
    private final Map<Integer, Draft> drafts = new TreeMap<>();

    /// @param beginnings what each choice begins with
    TextCompletionAssembler(CompletionIdentity identity, TextBeginnings beginnings, boolean withLogprobs) {
        this.identity = identity;
        this.beginnings = beginnings;
        this.withLogprobs = withLogprobs;
    }

    @Override
    public void accept(int choice, CompletionEvent event) {
        drafts.computeIfAbsent(choice, index -> new Draft(beginnings.of(index))).accept(event);
    }

    @Override
    public Body finish(Usage usage) {
        List<Choice> choices = drafts.entrySet().stream()
                .map(entry -> entry.getValue().choice(entry.getKey(), withLogprobs))
                .toList();
        return Body.json(OpenAiJson.write(TextCompletion.of(identity, choices, new UsageField(usage))));
    }

    /// A raw prompt offers none.
    static IllegalStateException noTools() {
        return new IllegalStateException("a tool is called that was not offered");
    }

    /// A choice that is being written.
    private static final class Draft {
        private final StringBuilder text;
        private final List<TokenLogprob> logprobs = new ArrayList<>();
        private @Nullable FinishReason finishReason;

        Draft(String beginning) {
            this.text = new StringBuilder(beginning);
        }

        void accept(CompletionEvent event) {
            switch (event) {
                case CompletionEvent.ReasoningDelta(String thought) -> text.append(thought);
                case CompletionEvent.ContentDelta content -> {
                    text.append(content.text());
                    logprobs.addAll(content.logprobs());
                }
                case CompletionEvent.ToolCallStarted _, CompletionEvent.ToolArgumentsDelta _ -> throw noTools();
                case CompletionEvent.Finished finished -> finishReason = finished.reason();
            }
        }

        Choice choice(int index, boolean withLogprobs) {
            return new Choice(index, text.toString(), withLogprobs ? TextLogprobs.of(logprobs, 0) : null, finishReason);
        }
    }
}
