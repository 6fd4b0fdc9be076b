package ai.autoglm.toolkit.engine;

import org.jspecify.annotations.Nullable;

/// The engine could not load or run a model part. Never the fault of a request's content: inputs are checked before.
public final class EngineException extends RuntimeException {
    private final boolean deviceLost;

    public EngineException(String message) {
        this(message, null);
    }

    public EngineException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private EngineException(String message, @Nullable Throwable cause, boolean deviceLost) {
        super(message, cause);
        this.deviceLost = deviceLost;
    }

    /// A failure after which nothing runs here any more: the process is about to end.
    public static EngineException deviceLost(String message, Throwable cause) {
        return new EngineException(message, cause, true);
    }

    /// Whether whatever was under way has to go on elsewhere.
    public boolean isDeviceLost() {
        return deviceLost;
    }
}
