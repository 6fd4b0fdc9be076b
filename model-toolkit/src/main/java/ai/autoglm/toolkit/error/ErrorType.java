package ai.autoglm.toolkit.error;

/// Who has to act when an [ErrorCode] is reported.
public enum ErrorType {
    /// The caller: the same request will fail again.
    USER_ERROR,
    /// Nobody for now: the system is full, the same request may succeed later.
    INSUFFICIENT_RESOURCES,
    /// Whoever runs the peer that failed or did not answer in time.
    EXTERNAL,
    /// Us: a bug.
    INTERNAL_ERROR
}
