package ai.autoglm.toolkit.graph;

/// How a weight's elements are laid out in the bundle.
enum Layout {
    AS_STORED,
    /// [out, in] becomes [in, out]: what MatMul takes, and what a block-quantised kernel will want.
    TRANSPOSED
}
