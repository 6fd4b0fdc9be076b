package ai.autoglm.gateway.backend;

import java.util.Locale;

/// Why a backend is left out although it can be reached.
public enum Ejection {
    /// It did not say that it lives within the time for that.
    HEARTBEAT_DEADLINE,
    /// It answered twice that it cannot say what it is.
    HEARTBEAT_FAILED,
    /// A call on it heard nothing for too long.
    PROGRESS_DEADLINE,
    /// It says itself that its engine does not come back from a run.
    ENGINE_STALLED;

    /// As metrics and logs have it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
