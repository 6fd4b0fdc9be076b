package ai.autoglm.gateway.text;

/// Generated text of which is known where it belongs.
record Piece(Kind kind, TokenText text) {
    enum Kind {
        REASONING,
        CONTENT,
        /// One of the model's tags, or the part of it before a stop string.
        TAG
    }
}
