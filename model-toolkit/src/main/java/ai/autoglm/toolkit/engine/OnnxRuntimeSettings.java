package ai.autoglm.toolkit.engine;

/// How ONNX Runtime uses the CPU.
///
/// @param intraOpThreads threads that share one operator; 0 lets ONNX Runtime take one per physical core
/// @param spinning whether idle threads spin: faster alone, but several spinning processes starve each other
/// @param arithmetic what may be rounded for speed
public record OnnxRuntimeSettings(int intraOpThreads, boolean spinning, Arithmetic arithmetic) {
    /// What ONNX Runtime may make of a graph.
    public enum Arithmetic {
        /// Activations are rounded to eight bits where they meet integer weights, block by block, and graphs of
        /// sixteen bits are computed in fp32.
        FAST,
        /// As `FAST`, but nothing is prepared when a graph is loaded: weights of sixteen bits are widened in every
        /// run, product by product. Slow, with little memory.
        FRUGAL,
        /// Every product in the type that the graph says.
        AS_WRITTEN
    }

    public OnnxRuntimeSettings {
        if (intraOpThreads < 0 || intraOpThreads > 1024) {
            throw new IllegalArgumentException("intra-op threads must be 0 to 1024, not " + intraOpThreads);
        }
    }

    public OnnxRuntimeSettings(int intraOpThreads, boolean spinning) {
        this(intraOpThreads, spinning, Arithmetic.FAST);
    }

    /// All cores, no spinning: right for several processes on one machine.
    public static OnnxRuntimeSettings shared() {
        return new OnnxRuntimeSettings(0, false);
    }

    /// As [#shared()], in little memory.
    public static OnnxRuntimeSettings frugal() {
        return new OnnxRuntimeSettings(0, false, Arithmetic.FRUGAL);
    }
}
