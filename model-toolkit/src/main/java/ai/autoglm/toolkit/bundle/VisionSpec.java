package ai.autoglm.toolkit.bundle;

import java.util.List;

/// Sizes of the vision tower and of its preprocessing. Source: MODEL_SPEC B.1, C.1.
///
/// @param headDimension of one attention head: also the rotary width
/// @param positionTableSide the learned position table is this many patches squared
/// @param minPixels least pixels after resizing, counted as temporalPatchSize · height · width
/// @param maxPixels most pixels after resizing, counted likewise
/// @param mean per colour channel, of levels in [0,1]
/// @param standardDeviation per colour channel
public record VisionSpec(
        int headDimension,
        int positionTableSide,
        int patchSize,
        int temporalPatchSize,
        int mergeSize,
        long minPixels,
        long maxPixels,
        List<Float> mean,
        List<Float> standardDeviation) {
    public VisionSpec {
        mean = List.copyOf(mean);
        standardDeviation = List.copyOf(standardDeviation);
    }

    /// Values of one patch: channels · temporalPatchSize · patchSize².
    public int patchValueCount() {
        return mean.size() * temporalPatchSize * patchSize * patchSize;
    }
}
