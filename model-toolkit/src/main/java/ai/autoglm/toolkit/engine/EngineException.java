package ai.autoglm.toolkit.engine;

import org.jspecify.annotations.Nullable;

/// The engine could not load or run a model part. Never the fault of a request's content: inputs are checked before.
public final class EngineException extends RuntimeException {
    public EngineException(String message) {
        this(message, null);
    }

    public EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
