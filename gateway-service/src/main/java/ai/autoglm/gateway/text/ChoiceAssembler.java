package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Joins the deltas of one choice. Not thread-safe.
public final class ChoiceAssembler {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder content = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private @Nullable Finished end;

    public void accept(CompletionEvent event) {
        switch (event) {
            case ReasoningDelta(String text) -> reasoning.append(text);
            case ContentDelta(String text, var ofTokens) -> {
                content.append(text);
                logprobs.addAll(ofTokens);
            }
            case Finished finished -> end = finished;
        }
    }

    public String content() {
        return content.toString();
    }

    /// Null where there is none to show.
    public @Nullable String reasoning() {
        return reasoning.isEmpty() ? null : reasoning.toString();
    }

    /// Of the tokens of the content; empty where they were not asked for.
    public List<TokenLogprob> logprobs() {
        return List.copyOf(logprobs);
    }

    /// To be asked after the last event.
    public Finished end() {
        return Objects.requireNonNull(end);
    }
}
