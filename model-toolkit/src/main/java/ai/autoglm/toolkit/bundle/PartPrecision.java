package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.ElementType;

/// What one part of a bundle computes in.
///
/// @param activations of matrix products, attention and caches: FLOAT32, FLOAT16 or BFLOAT16
/// @param weights of matrix products
public record PartPrecision(ElementType activations, WeightFormat weights) {
    public PartPrecision {
        if (!activations.isReal()) {
            throw new IllegalArgumentException("Nothing is computed in " + activations);
        }
    }
}
