package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ChatCompletion.CalledFunction;
import ai.autoglm.gateway.openai.ChatCompletion.ToolCall;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.PromptTokens;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.CompletionEvent.TokensWritten;
import ai.autoglm.gateway.text.CompletionEvent.ToolArgumentsDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Joins the deltas of one choice. Not thread-safe.
final class ChoiceAssembler {
    private record Call(String id, String name, StringBuilder arguments) {}

    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder content = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private List<PromptToken> prompt = List.of();
    private @Nullable Finished end;

    void accept(CompletionEvent event) {
        switch (event) {
            case PromptTokens(List<PromptToken> tokens) -> prompt = tokens;
            case TokensWritten(List<Integer> more) -> ids.addAll(more);
            case ReasoningDelta(String text) -> reasoning.append(text);
            case ContentDelta(String text, var ofTokens) -> {
                content.append(text);
                logprobs.addAll(ofTokens);
            }
            case ToolCallStarted(int _, String id, String name) -> calls.add(new Call(id, name, new StringBuilder()));
            case ToolArgumentsDelta(int index, String text) ->
                calls.get(index).arguments().append(text);
            case Finished finished -> end = finished;
        }
    }

    String content() {
        return content.toString();
    }

    /// Null where there is none to show.
    @Nullable
    String reasoning() {
        return reasoning.isEmpty() ? null : reasoning.toString();
    }

    /// Of the tokens of the content; empty where they were not asked for.
    List<TokenLogprob> logprobs() {
        return List.copyOf(logprobs);
    }

    /// Of the prompt; empty where they were not asked for.
    List<PromptToken> prompt() {
        return prompt;
    }

    /// Of the tokens that the model has written; empty where they were not asked for.
    List<Integer> ids() {
        return List.copyOf(ids);
    }

    /// Calls of tools, in the order in which they were made.
    List<ToolCall> toolCalls() {
        return calls.stream()
                .map(call -> new ToolCall(call.id, new CalledFunction(call.name, call.arguments.toString())))
                .toList();
    }

    /// To be asked after the last event.
    Finished end() {
        return Objects.requireNonNull(end);
    }
}
