package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;

/// A completion request that keeps every rule of the contract. Source: API.md 2.
///
/// @param echo whether each choice begins with its prompt
record TextCompletionRequest(
        List<RawPrompt> prompts, GenerationOptions generation, boolean echo, StreamOptions stream) {
    TextCompletionRequest {
        prompts = List.copyOf(prompts);
    }

    /// A prompt that no template frames. It is never empty.
    sealed interface RawPrompt {
        record Text(String text) implements RawPrompt {}

        record Tokens(TokenIds ids) implements RawPrompt {}
    }
}
