package ai.autoglm.gateway;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.Tool;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionText;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.ToolCallScanner;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One choice while it is written. Used by one thread.
final class Choice {
    private static final int CALL_ID_LENGTH = 24;

    private final GenerationRequest request;
    private final CompletionText text;
    private final TokenIds prefill;
    private final @Nullable ToolCallScanner calls;

    /// @param prefill what the prompt holds of it already
    Choice(GenerationRequest request, CompletionText text, TokenIds prefill) {
        this.request = request;
        this.text = text;
        this.prefill = prefill;
        this.calls = scanner(request.tools());
    }

    List<CompletionEvent> begin() {
        return text.begin(prefill, request.echo());
    }

    List<CompletionEvent> append(GeneratedToken token) {
        return scanned(text.append(token));
    }

    /// @param lastToken told to the client only when the client had made a stop token of it
    List<CompletionEvent> finish(FinishReason reason, @Nullable Integer lastToken) {
        boolean asked = lastToken != null && request.options().stop().tokenIds().contains(lastToken);
        return scanned(text.finish(reason, asked ? lastToken : null));
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
