package ai.autoglm.decoder.schedule;

/// Why a generation is complete.
public enum FinishReason {
    /// An end-of-sequence or stop token.
    STOP,
    /// As many tokens as were asked for.
    LENGTH
}
