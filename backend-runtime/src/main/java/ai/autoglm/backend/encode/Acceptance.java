package ai.autoglm.backend.encode;

/// The answer to a medium that could be decoded, before its rows.
///
/// @param tokenCount rows that will follow
/// @param message the answer as it is sent
/// @param <R> type of the server's messages
public record Acceptance<R>(int tokenCount, R message) {}
