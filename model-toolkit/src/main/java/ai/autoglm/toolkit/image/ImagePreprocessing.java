package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;

/// What a checkpoint says about its images (`preprocessor_config.json`).
///
/// @param minPixels least size after resizing, as frames x height x width, where an image counts as
///     `temporalPatchSize` frames
/// @param maxPixels greatest size after resizing, counted likewise
/// @param patchSize side of a patch in pixels
/// @param temporalPatchSize frames in a patch; those of an image are all the same
/// @param mergeSize side of the square of patches that becomes one token
/// @param mean of the levels from 0 to 1, one for each of red, green, blue
/// @param standardDeviation likewise
public record ImagePreprocessing(
        long minPixels,
        long maxPixels,
        int patchSize,
        int temporalPatchSize,
        int mergeSize,
        List<Float> mean,
        List<Float> standardDeviation) {

    public ImagePreprocessing {
        mean = List.copyOf(mean);
        standardDeviation = List.copyOf(standardDeviation);
        require(minPixels > 0 && minPixels <= maxPixels, "size must be positive, shortest_edge at most longest_edge");
        require(
                patchSize > 0 && temporalPatchSize > 0 && mergeSize > 0,
                "patch_size, temporal_patch_size and merge_size must be positive");
        require(
                mean.size() == RgbImage.CHANNEL_COUNT && standardDeviation.size() == RgbImage.CHANNEL_COUNT,
                "image_mean and image_std must have three values");
        require(standardDeviation.stream().allMatch(value -> value > 0), "image_std must be positive");
    }

    /// As a bundle has it.
    public static ImagePreprocessing of(VisionSpec spec) {
        return new ImagePreprocessing(
                spec.minPixels(),
                spec.maxPixels(),
                spec.patchSize(),
                spec.temporalPatchSize(),
                spec.mergeSize(),
                spec.mean(),
                spec.standardDeviation());
    }

    /// Values of one patch: [channel, frame, row, column].
    public int patchLength() {
        return RgbImage.CHANNEL_COUNT * temporalPatchSize * patchSize * patchSize;
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, "Image preprocessing: " + rule + ".");
        }
    }
}
