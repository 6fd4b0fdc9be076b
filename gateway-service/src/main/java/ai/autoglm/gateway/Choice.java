package ai.autoglm.gateway;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.Tool;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionText;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.PromptScore;
import ai.autoglm.gateway.text.PromptText;
import ai.autoglm.gateway.text.ToolCallScanner;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One choice while it is written. Used by one thread.
final class Choice {
    private static final int CALL_ID_LENGTH = 24;

    /// GLM-4 writes it between its words and a call, and between calls.
    private static final String MESSAGE_HEADER = "<|assistant|>";

    private final GenerationRequest request;
    private final CompletionText text;
    private final TokenIds prefill;
    private final TokenIds promptIds;
    private final PromptText promptText;
    private final List<PromptScore> scores = new ArrayList<>();
    private boolean promptTold;
    private final @Nullable ToolCallScanner calls;
    private final OptionalInt messageHeader;

    /// @param prefill what the prompt holds of it already
    /// @param promptIds of the whole prompt
    Choice(
            GenerationRequest request,
            CompletionText text,
            TokenIds prefill,
            TokenIds promptIds,
            PromptText promptText) {
        this.request = request;
        this.text = text;
        this.prefill = prefill;
        this.promptIds = promptIds;
        this.promptText = promptText;
        this.calls = scanner(request.tools());
        this.messageHeader = request.model().tokenizer().idOf(MESSAGE_HEADER);
    }

    List<CompletionEvent> begin() {
        return text.begin(prefill, request.echo());
    }

    /// Takes what the model made of the prompt's tokens, after those that it has told before.
    void score(List<PromptScore> more) {
        scores.addAll(more);
    }

    /// The prompt where the client asked for its tokens, once. Their scores have come with the first token.
    List<CompletionEvent> prompt() {
        boolean asked =
                request.options().tokenForm().returnsIds() || request.options().promptLogprobs() != null;
        if (!asked || promptTold) {
            return List.of();
        }
        promptTold = true;
        return List.of(new CompletionEvent.PromptTokens(promptText.tokens(promptIds, scores)));
    }

    boolean scoresPrompt() {
        return request.options().promptLogprobs() != null;
    }

    List<CompletionEvent> append(GeneratedToken token) {
        List<CompletionEvent> events = scanned(text.append(token));
        if (calls != null && messageHeader.isPresent() && messageHeader.getAsInt() == token.id()) {
            calls.beginMessage();
        }
        return events;
    }

    /// @param lastToken told to the client only when the client had made a stop token of it
    List<CompletionEvent> finish(FinishReason reason, @Nullable Integer lastToken) {
        boolean asked = lastToken != null && request.options().stop().tokenIds().contains(lastToken);
        List<CompletionEvent> events = new ArrayList<>(lastToken == null ? List.of() : text.appendEnding(lastToken));
        events.addAll(text.finish(reason, asked ? lastToken : null));
        return scanned(events);
    }

    /// Whether the client has all that it will get, so that the generation can be cancelled.
    boolean stopped() {
        return text.stopped() || (calls != null && calls.over());
    }

    CompletionText text() {
        return text;
    }

    private List<CompletionEvent> scanned(List<CompletionEvent> events) {
        return calls == null ? events : calls.scan(events);
    }

    private static @Nullable ToolCallScanner scanner(ToolUse tools) {
        if (tools.choice() == ToolUse.Choice.NONE) {
            return null;
        }
        var names = tools.callable().stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
        return new ToolCallScanner(names, tools.parallel(), Choice::callId);
    }

    private static String callId() {
        return "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, CALL_ID_LENGTH);
    }
}
