package ai.autoglm.benchmarks;

/// When one streamed answer began, and how long it is.
///
/// @param firstTokenNanos arrival of the first chunk with a choice, since the request was sent
/// @param completionTokens as the usage chunk counts them
record StreamTiming(long firstTokenNanos, int completionTokens) {}
