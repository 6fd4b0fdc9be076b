package ai.autoglm.toolkit.engine;

/// The engine could not load or run a model part. Never the fault of a request's content: inputs are checked before.
public final class EngineException extends RuntimeException {
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
