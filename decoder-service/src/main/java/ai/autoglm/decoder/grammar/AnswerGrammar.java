package ai.autoglm.decoder.grammar;

import ai.autoglm.toolkit.grammar.Language;
import org.jspecify.annotations.Nullable;

/// The language that an answer has to belong to.
///
/// @param thought absent where the language begins at the first generated token
public record AnswerGrammar(Language language, @Nullable Thought thought) {}
