package ai.autoglm.proto.stream;

/// What came of a wait for the other end of a call.
///
/// @param <T> type of a message
public sealed interface Received<T> {
    record Message<T>(T value) implements Received<T> {}

    /// The peer has said that there are no more.
    record End<T>() implements Received<T> {}

    /// The time was over first.
    record Nothing<T>() implements Received<T> {}
}
