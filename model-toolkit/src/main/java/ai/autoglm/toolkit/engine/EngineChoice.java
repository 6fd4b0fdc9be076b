package ai.autoglm.toolkit.engine;

import java.util.Locale;

/// Which engine runs model parts.
public enum EngineChoice {
    /// TensorRT where a driver answers and TensorRT is installed, else ONNX Runtime.
    AUTO,
    ONNXRUNTIME,
    TENSORRT;

    /// As in options.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
