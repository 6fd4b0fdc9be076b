package ai.autoglm.gateway.decode;

/// What a decoder reports of a generation.
public sealed interface DecodeEvent {
    /// The sequence is alive: queued, waiting for rows, or in prefill.
    record Progress(int prefilledTokenCount) implements DecodeEvent {}

    /// @param index counted from the first generated token
    record Token(int id, int index) implements DecodeEvent {}

    /// The last event.
    record Finished(EndReason reason) implements DecodeEvent {}

    /// Why the decoder ended a generation.
    enum EndReason {
        /// An end-of-sequence or stop token, which is not among the tokens.
        STOP,
        /// The token limit, or the end of the context.
        LENGTH
    }
}
