package ai.autoglm.gateway.backend;

import java.util.Locale;

/// Why work that one backend has not finished may succeed on another.
public enum RetryReason {
    /// The connection ended, and the backend had not said that it would.
    CONNECTION_LOST,
    /// The backend stops.
    STOPPING,
    /// The backend was ejected while others are there.
    EJECTED,
    /// Nothing came for too long.
    NO_PROGRESS,
    /// The backend's queue is full.
    OVERLOADED,
    /// The backend failed to compute.
    ENGINE_FAULT,
    /// The backend serves another bundle than it did before.
    BUNDLE_MISMATCH,
    /// The backend gave a call up that was not read in time.
    TIMEOUT;

    /// Whether the backend itself may be back in a moment, on a new connection.
    public boolean mayComeBack() {
        return this == CONNECTION_LOST || this == STOPPING;
    }

    /// As metrics and logs have it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
