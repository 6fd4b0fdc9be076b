package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.position.PatchGrid;

/// Turns image files into patches for the vision tower, as Glm4vImageProcessor does. Any number of threads may use one
/// instance at once.
///
/// Source: MODEL_SPEC C.1 and C.2.
public final class ImagePreprocessor {
    private static final int MAX_ASPECT_RATIO = 200;

    private final ImagePreprocessing settings;
    private final ImageDecoder decoder;

    public ImagePreprocessor(ImagePreprocessing settings, ImageLimits limits) {
        this.settings = settings;
        this.decoder = new ImageDecoder(limits);
    }

    /// The whole path from the bytes of a file to patches.
    ///
    /// @throws ServingException those of [ImageHeader#read], and `IMAGE_PARSE_ERROR` where the pixels make no
    ///     sense, and what the deadline throws
    public ImagePatches patches(byte[] file, Deadline deadline) {
        RgbImage image = decoder.decode(file, deadline);
        PatchGrid grid = gridFor(image.width(), image.height());
        int side = settings.patchSize();
        RgbImage resized = PillowBicubic.resize(image, grid.columns() * side, grid.rows() * side, deadline);
        return ImagePatches.cut(resized, grid, settings);
    }

    /// Bytes of heap that [#patches] may take at once: the reader's samples beside the upright picture.
    ///
    /// @throws ServingException those of [ImageHeader#read]
    public long workingBytes(byte[] file) {
        return decoder.workingBytes(file);
    }

    /// The grid of an upright image of this many pixels (`smart_resize`): sides become multiples of patch size x merge
    /// size, within the least and greatest size.
    ///
    /// @throws ServingException `INVALID_IMAGE` where the aspect ratio is above 200
    public PatchGrid gridFor(int width, int height) {
        int factor = settings.patchSize() * settings.mergeSize();
        double enlargement = Math.max(1.0, Math.max((double) factor / width, (double) factor / height));
        int columns = (int) (width * enlargement);
        int rows = (int) (height * enlargement);
        if (Math.max(columns, rows) > (double) MAX_ASPECT_RATIO * Math.min(columns, rows)) {
            throw new ServingException(
                    ErrorCode.INVALID_IMAGE,
                    "The image has %d x %d pixels; its aspect ratio may be at most %d."
                            .formatted(width, height, MAX_ASPECT_RATIO));
        }
        // Python rounds half to even, and so does rint.
        double rowBlocks = Math.rint((double) rows / factor);
        double columnBlocks = Math.rint((double) columns / factor);
        double roundedPixels = settings.temporalPatchSize() * rowBlocks * columnBlocks * factor * factor;
        double pixels = (double) settings.temporalPatchSize() * rows * columns;
        if (roundedPixels > settings.maxPixels()) {
            double shrink = Math.sqrt(pixels / settings.maxPixels());
            rowBlocks = Math.max(1, Math.floor(rows / shrink / factor));
            columnBlocks = Math.max(1, Math.floor(columns / shrink / factor));
        } else if (roundedPixels < settings.minPixels()) {
            double grow = Math.sqrt(settings.minPixels() / pixels);
            rowBlocks = Math.ceil(rows * grow / factor);
            columnBlocks = Math.ceil(columns * grow / factor);
        }
        int merge = settings.mergeSize();
        return new PatchGrid((int) (rowBlocks * merge), (int) (columnBlocks * merge), merge);
    }
}
