package ai.autoglm.toolkit.engine;

/// How ONNX Runtime uses the CPU.
///
/// @param intraOpThreads threads that share one operator; 0 lets ONNX Runtime take one per physical core
/// @param spinning whether idle threads spin: faster alone, but several spinning processes starve each other
public record OnnxRuntimeSettings(int intraOpThreads, boolean spinning) {
    public OnnxRuntimeSettings {
        if (intraOpThreads < 0 || intraOpThreads > 1024) {
            throw new IllegalArgumentException("intra-op threads must be 0 to 1024, not " + intraOpThreads);
        }
    }

    /// All cores, no spinning: right for several processes on one machine.
    public static OnnxRuntimeSettings shared() {
        return new OnnxRuntimeSettings(0, false);
    }
}
