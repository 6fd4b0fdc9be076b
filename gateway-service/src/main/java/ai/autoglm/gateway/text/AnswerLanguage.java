package ai.autoglm.gateway.text;

import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import org.jspecify.annotations.Nullable;

/// The language that an answer has to belong to, and where in the generated tokens it begins.
///
/// @param thought what is generated before it; null: the first token belongs to it
public record AnswerLanguage(GrammarSource source, @Nullable Thought thought) {
    /// What the model writes before its answer.
    ///
    /// @param opening written first; empty where the prompt has opened the thought
    /// @param closing the thought ends with this token
    /// @param following written between thought and answer
    public record Thought(TokenIds opening, int closing, TokenIds following) {}
}
