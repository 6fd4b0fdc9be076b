package ai.autoglm.toolkit.engine;

import java.nio.file.Path;

/// Loads model parts. Implementations are named after their technology.
public interface Engine extends AutoCloseable {
    /// As in `--engine` and in `Describe`: "onnxruntime" or "tensorrt".
    String name();

    /// Where it computes: "cpu" or "gpu".
    String device();

    /// Loads one part of a bundle, with its external data beside it.
    ///
    /// @throws EngineException when the file is missing or cannot be loaded
    ModelSession open(Path model);

    @Override
    void close();
}
