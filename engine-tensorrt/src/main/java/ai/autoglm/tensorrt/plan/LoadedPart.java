package ai.autoglm.tensorrt.plan;

import java.util.OptionalLong;

/// A model part on the GPU.
///
/// @param fourBitWeightBytes that its weights would take in four bits, where that is known and less
public record LoadedPart(LoadedPlan plan, OptionalLong fourBitWeightBytes) {
    /// A part of which nobody knows what fewer bits would save.
    public LoadedPart(LoadedPlan plan) {
        this(plan, OptionalLong.empty());
    }
}
