package ai.autoglm.toolkit.chattemplate;

/// A stretch of a rendered prompt, told apart by who wrote it.
public sealed interface PromptPiece {
    /// Written by the template; control tokens in it are meant as such.
    record Literal(String text) implements PromptPiece {}

    /// Written by a client (or, for the assistant, by an earlier generation); control tokens in it are only text.
    record ClientText(int turnIndex, int partIndex, String text, Role role) implements PromptPiece {}

    /// Where the rows of a medium go; its begin and end markers are literals beside it.
    record MediaPlaceholder(int turnIndex, int partIndex, MediaKind kind) implements PromptPiece {}

    /// The beginning of the answer, written in the model's stead: what follows the assistant's header of the generation
    /// prompt, such as `<think></think>\n<answer>` with thinking off.
    record Prefill(String text) implements PromptPiece {}
}
