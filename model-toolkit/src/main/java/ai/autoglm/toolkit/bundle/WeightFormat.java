package ai.autoglm.toolkit.bundle;

/// How the weights of matrix products are stored. Norms, biases, kernels of convolutions and small tables are never
/// quantised, whatever the format.
public enum WeightFormat {
    /// In the element type of the activations.
    PLAIN,
    /// Integers of four bits, with one scale for each block of inputs of an output.
    INT4_BLOCKS,
    /// Integers of eight bits, with one scale for each block of inputs of an output.
    INT8_BLOCKS,
    /// Integers of seven bits with one scale for each output; activations are rounded to eight bits in each run.
    /// Seven, because kernels without dot-product instructions add pairs of products in sixteen bits.
    INT8_DYNAMIC;

    /// Inputs that share a scale: what TensorRT and ONNX Runtime both have kernels for, and the smaller of two.
    public static final int BLOCK_ROWS = 64;
}
