package ai.autoglm.toolkit.engine;

/// Loads model parts. Implementations are named after their technology.
public interface Engine extends AutoCloseable {
    /// As in `--engine` and in `Describe`: "onnxruntime" or "tensorrt".
    String name();

    /// What this engine computes on: it takes bundles for that.
    Target target();

    /// Loads one part of a bundle.
    ///
    /// @throws EngineException when the part cannot be loaded; the message is one sentence for people
    ModelSession open(ModelPart part);

    @Override
    void close();
}
