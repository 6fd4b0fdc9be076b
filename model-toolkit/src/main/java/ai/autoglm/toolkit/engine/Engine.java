package ai.autoglm.toolkit.engine;

/// Loads model parts. Implementations are named after their technology.
public interface Engine extends AutoCloseable {
    /// As in `--engine` and in `Describe`: "onnxruntime" or "tensorrt".
    String name();

    /// Where it computes: "cpu" or "gpu".
    String device();

    /// Loads one part of a bundle.
    ///
    /// @throws EngineException when the part cannot be loaded; the message is one sentence for people
    ModelSession open(ModelPart part);

    @Override
    void close();
}
