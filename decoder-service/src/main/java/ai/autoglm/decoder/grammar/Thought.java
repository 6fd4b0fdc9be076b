package ai.autoglm.decoder.grammar;

import ai.autoglm.toolkit.tokenizer.TokenIds;

/// What a model writes before its answer: `opening`, then what it likes up to `closingId`, then `following`.
///
/// @param opening written whatever the model wants
/// @param following between thought and answer, written whatever the model wants
public record Thought(TokenIds opening, int closingId, TokenIds following) {}
