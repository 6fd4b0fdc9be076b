package ai.autoglm.gateway.text;

/// What a request gets that says nothing about thinking. Source: API 5, D1.
public enum DefaultThinking {
    /// The model thinks, and the answer is its own text, tags included.
    RAW,
    /// The model thinks, and its thought stands in fields of its own.
    SPLIT,
    /// The model does not think.
    OFF
}
