package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// All events of one generation, and what they amount to.
record Answer(List<CompletionEvent> events, int completionTokens, int reasoningTokens) {
    static final StopOptions NO_STOP = new StopOptions(List.of(), false, List.of(), 0, false);

    static StopOptions stopAt(String... strings) {
        return new StopOptions(List.of(strings), false, List.of(), 0, false);
    }

    /// Runs until the tokens or a stop string end it.
    static Answer of(Tokenizer tokenizer, ReasoningMode mode, boolean insideAnswer, StopOptions stop, int... ids) {
        CompletionText text =
                new CompletionText(tokenizer, TestTokenizers.END_OF_SEQUENCE, mode, stop, TokenForm.TEXT, null);
        TokenIds prefill = tokenizer.encodeText(insideAnswer ? "<think></think>\n<answer>" : "");
        List<CompletionEvent> events = new ArrayList<>(text.begin(prefill, false));
        for (int id : ids) {
            events.addAll(text.append(new GeneratedToken(id)));
        }
        events.addAll(text.finish(FinishReason.LENGTH, null));
        return new Answer(List.copyOf(events), text.completionTokens(), text.reasoningTokens());
    }

    static Answer of(ReasoningMode mode, StopOptions stop, String text) {
        return of(
                TestTokenizers.WITH_TAGS,
                mode,
                false,
                stop,
                TestTokenizers.WITH_TAGS.encodeText(text).toArray());
    }

    static Answer of(ReasoningMode mode, String text) {
        return of(mode, NO_STOP, text);
    }

    String reasoning() {
        return events.stream()
                .map(event -> event instanceof ReasoningDelta(String text) ? text : "")
                .collect(Collectors.joining());
    }

    String content() {
        return events.stream()
                .map(event -> event instanceof ContentDelta(String text, var _) ? text : "")
                .collect(Collectors.joining());
    }

    Finished finished() {
        return (Finished) events.getLast();
    }

    FinishReason reason() {
        return finished().reason();
    }
}
