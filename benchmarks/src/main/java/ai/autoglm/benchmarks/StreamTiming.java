package ai.autoglm.benchmarks;

/// When the pieces of one streamed answer came, in nanoseconds since the request was sent.
///
/// @param firstTokenNanos arrival of the first chunk with a choice
/// @param lastTokenNanos arrival of the finish chunk
/// @param completionTokens as the usage chunk counts them
record StreamTiming(long firstTokenNanos, long lastTokenNanos, int completionTokens) {}
