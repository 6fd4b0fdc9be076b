package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.tokenizer.TokenIds;

/// A stretch of a prompt as the decoder takes it.
public sealed interface PromptSegment {
    /// Consecutive token ids.
    ///
    /// @param fused whether the rows of these tokens pass through the fusion layer: all do but those of assistant
    ///     messages' content and of a prefilled beginning of the answer. Source: ARCHITECTURE.md, fusion layer
    record Tokens(TokenIds ids, boolean fused) implements PromptSegment {}

    /// The rows of a medium, as many placeholder ids as it has tokens; always fused.
    record Media(MediaKind kind, int turnIndex, int partIndex) implements PromptSegment {}
}
