package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// What sizes of image are accepted, checked before anything is allocated for pixels.
///
/// @param maxPixelCount most pixels of one image
/// @param maxSide longest side in pixels
/// @param minSide shortest side in pixels
/// @param maxAspectRatio longest side divided by shortest; the model's own resizing refuses more than 200
public record ImageLimits(long maxPixelCount, int maxSide, int minSide, int maxAspectRatio) {

    /// 40 megapixels, sides of 4 to 16,384 pixels, aspect ratio 200.
    public static final ImageLimits DEFAULT = new ImageLimits(40_000_000, 16_384, 4, 200);

    // Four samples of each pixel have to fit into one array.
    private static final int MOST_PIXELS = Integer.MAX_VALUE / 4;

    public ImageLimits {
        boolean positive = minSide > 0 && maxSide >= minSide && maxPixelCount > 0 && maxAspectRatio > 0;
        if (!positive || maxPixelCount > MOST_PIXELS) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Image limits must be positive, the shortest side at most the longest, and at most %d pixels."
                            .formatted(MOST_PIXELS));
        }
    }

    void check(int width, int height) {
        int longest = Math.max(width, height);
        int shortest = Math.min(width, height);
        if (longest > maxSide) {
            throw rejected(ErrorCode.IMAGE_TOO_LARGE, width, height, "a side may have at most " + maxSide + " pixels");
        }
        if ((long) width * height > maxPixelCount) {
            throw rejected(
                    ErrorCode.IMAGE_TOO_LARGE, width, height, "at most " + maxPixelCount + " pixels are accepted");
        }
        if (shortest < minSide) {
            throw rejected(
                    ErrorCode.IMAGE_TOO_SMALL, width, height, "a side must have at least " + minSide + " pixels");
        }
        if (longest > (long) maxAspectRatio * shortest) {
            throw rejected(ErrorCode.INVALID_IMAGE, width, height, "its aspect ratio may be at most " + maxAspectRatio);
        }
    }

    private static ServingException rejected(ErrorCode code, int width, int height, String rule) {
        return new ServingException(code, "The image has %d x %d pixels; %s.".formatted(width, height, rule));
    }
}
