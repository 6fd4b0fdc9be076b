package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.completions.TextCompletion.Choice;
import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.BodyAssembler;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.PromptLogprobs;
import ai.autoglm.gateway.text.PromptToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects the events of a text completion into its body.
final class TextCompletionAssembler implements BodyAssembler {
    private final CompletionIdentity identity;
    private final TextBeginnings beginnings;
    private final GenerationOptions options;
    private final Map<Integer, Draft> drafts = new TreeMap<>();

    /// @param beginnings what each choice begins with
    /// @param options say what else than text was asked for
    TextCompletionAssembler(CompletionIdentity identity, TextBeginnings beginnings, GenerationOptions options) {
        this.identity = identity;
        this.beginnings = beginnings;
        this.options = options;
    }

    @Override
    public void accept(int choice, CompletionEvent event) {
        drafts.computeIfAbsent(choice, index -> new Draft(beginnings.of(index))).accept(event);
    }

    @Override
    public Body finish(Usage usage) {
        List<Choice> choices = drafts.entrySet().stream()
                .map(entry -> choice(entry.getKey(), entry.getValue()))
                .toList();
        return Body.json(OpenAiJson.write(TextCompletion.of(identity, choices, new UsageField(usage))));
    }

    private Choice choice(int index, Draft draft) {
        boolean ids = options.tokenForm().returnsIds();
        CompletionEvent.Finished end = Objects.requireNonNull(draft.end);
        return new Choice(
                index,
                draft.text.toString(),
                options.topLogprobs() == null ? null : logprobs(draft, options.topLogprobs()),
                end.reason(),
                end.stopReason(),
                options.promptLogprobs() == null ? null : PromptLogprobs.of(draft.prompt),
                ids ? draft.prompt.stream().map(PromptToken::id).toList() : null,
                ids ? List.copyOf(draft.ids) : null);
    }

    private TextLogprobs logprobs(Draft draft, int topCount) {
        return new TextLogprobs.Builder(options.tokenForm(), topCount, 0)
                .addPrompt(beginnings.isNone() ? List.of() : draft.prompt)
                .addContent(draft.logprobs)
                .build();
    }

    /// A raw prompt offers none.
    static IllegalStateException noTools() {
        return new IllegalStateException("a tool is called that was not offered");
    }

    /// A choice that is being written.
    private static final class Draft {
        private final StringBuilder text;
        private final List<TokenLogprob> logprobs = new ArrayList<>();
        private final List<Integer> ids = new ArrayList<>();
        private List<PromptToken> prompt = List.of();
        private CompletionEvent.@Nullable Finished end;

        Draft(String beginning) {
            this.text = new StringBuilder(beginning);
        }

        void accept(CompletionEvent event) {
            switch (event) {
                case CompletionEvent.PromptTokens(List<PromptToken> tokens) -> prompt = tokens;
                case CompletionEvent.TokensWritten(List<Integer> more) -> ids.addAll(more);
                case CompletionEvent.ReasoningDelta(String thought) -> text.append(thought);
                case CompletionEvent.ContentDelta content -> {
                    text.append(content.text());
                    logprobs.addAll(content.logprobs());
                }
                case CompletionEvent.ToolCallStarted _, CompletionEvent.ToolArgumentsDelta _ -> throw noTools();
                case CompletionEvent.Finished finished -> end = finished;
            }
        }
    }
}
