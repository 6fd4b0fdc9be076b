package ai.autoglm.gateway.text;

/// How thought and answer are told apart in what a client sees. Source: API 1.5.
public enum ReasoningMode {
    /// Not at all: the model's own text, tags included.
    RAW,
    /// The thought apart from the answer, both without tags.
    RETURNED,
    /// The answer alone.
    HIDDEN
}
