package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ContentLogprobs;
import ai.autoglm.gateway.openai.FinishReason;
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
    private @Nullable FinishReason finishReason;

    public void accept(CompletionEvent event) {
        switch (event) {
            case ReasoningDelta(String text) -> reasoning.append(text);
            case ContentDelta(String text, var ofTokens) -> {
                content.append(text);
                logprobs.addAll(ofTokens);
            }
            case Finished finished -> finishReason = finished.reason();
        }
    }

    public String content() {
        return content.toString();
    }

    /// Null where there is none to show.
    public @Nullable String reasoning() {
        return reasoning.isEmpty() ? null : reasoning.toString();
    }

    /// Null where they were not asked for, or there is no content.
    public @Nullable ContentLogprobs logprobs() {
        return logprobs.isEmpty() ? null : new ContentLogprobs(logprobs);
    }

    /// To be asked after the last event.
    public FinishReason finishReason() {
        return Objects.requireNonNull(finishReason);
    }
}
