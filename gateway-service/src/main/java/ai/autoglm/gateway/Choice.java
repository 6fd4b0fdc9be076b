package ai.autoglm.gateway;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionText;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One choice while it is written.
///
/// @param prefill what the prompt holds of it already
record Choice(CompletionText text, TokenIds prefill, GenerationRequest request) {
    List<CompletionEvent> begin() {
        return text.begin(prefill, request.echo());
    }

    /// @param lastToken told to the client only when the client had made a stop token of it
    List<CompletionEvent> finish(FinishReason reason, @Nullable Integer lastToken) {
        boolean asked = lastToken != null && request.options().stop().tokenIds().contains(lastToken);
        return text.finish(reason, asked ? lastToken : null);
    }
}
