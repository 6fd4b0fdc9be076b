package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/// Paints a decoded frame onto a canvas, from the samples of its raster: Java's own conversion to RGB would change grey
/// levels.
final class FramePainter {
    private static final int OPAQUE_BLACK = 0xff000000;

    private final Canvas canvas;
    private final ImageFile.Frame frame;
    private final Deadline deadline;

    FramePainter(Canvas canvas, ImageFile.Frame frame, Deadline deadline) {
        this.canvas = canvas;
        this.frame = frame;
        this.deadline = deadline;
    }

    /// Palette indices, or 8- or 16-bit samples of grey, grey and alpha, RGB, or RGB and alpha.
    void paint(Raster raster, ColorModel colors) {
        int bandCount = raster.getNumBands();
        int[] palette = colors instanceof IndexColorModel indexed ? colors(indexed) : new int[0];
        int lowBits = palette.length > 0 ? 0 : colors.getComponentSize(0) - 8;
        int[] samples = new int[frame.width() * bandCount];
        for (int y = 0; y < frame.height(); y++) {
            deadline.check();
            raster.getPixels(0, y, frame.width(), 1, samples);
            if (lowBits > 0) {
                Arrays.setAll(samples, i -> samples[i] >> lowBits);
            }
            if (palette.length > 0) {
                paintIndices(samples, y, palette);
            } else {
                paintSamples(samples, y, bandCount);
            }
        }
    }

    /// Four samples a pixel as a JPEG file stores them: inverted cyan, magenta, yellow and black; where
    /// `lumaCoded`, the first three are luma and chroma of the same.
    ///
    /// Source: Pillow, `cmyk2rgb` in `Convert.c`, after libjpeg, `ycck_cmyk_convert`.
    void paintInks(Raster raster, boolean lumaCoded) {
        int[] samples = new int[frame.width() * 4];
        for (int y = 0; y < frame.height(); y++) {
            deadline.check();
            raster.getPixels(0, y, frame.width(), 1, samples);
            for (int x = 0; x < frame.width(); x++) {
                int first = 4 * x;
                if (lumaCoded) {
                    invertedInksFromLuma(samples, first);
                }
                int light = samples[first + 3];
                pixel(
                        x,
                        y,
                        light - Canvas.divideBy255((255 - samples[first]) * light),
                        light - Canvas.divideBy255((255 - samples[first + 1]) * light),
                        light - Canvas.divideBy255((255 - samples[first + 2]) * light),
                        255);
            }
        }
    }

    private void paintIndices(int[] indices, int y, int[] palette) {
        for (int x = 0; x < frame.width(); x++) {
            int color = palette[indices[x]];
            pixel(x, y, (color >> 16) & 255, (color >> 8) & 255, color & 255, color >>> 24);
        }
    }

    private void paintSamples(int[] samples, int y, int bandCount) {
        boolean grey = bandCount < 3;
        boolean transparent = bandCount % 2 == 0;
        for (int x = 0; x < frame.width(); x++) {
            int first = x * bandCount;
            int green = grey ? first : first + 1;
            int blue = grey ? first : first + 2;
            int alpha = transparent ? samples[first + bandCount - 1] : 255;
            pixel(x, y, samples[first], samples[green], samples[blue], alpha);
        }
    }

    private void pixel(int x, int y, int red, int green, int blue, int alpha) {
        if (alpha == 255) {
            canvas.paint(frame.x() + x, frame.y() + y, red, green, blue);
        } else {
            canvas.blend(frame.x() + x, frame.y() + y, red, green, blue, alpha);
        }
    }

    /// All indices that a byte can hold, since pixels may point past the end of a short palette.
    private static int[] colors(IndexColorModel palette) {
        int[] table = new int[256];
        Arrays.fill(table, OPAQUE_BLACK);
        int[] defined = new int[palette.getMapSize()];
        palette.getRGBs(defined);
        System.arraycopy(defined, 0, table, 0, Math.min(defined.length, table.length));
        return table;
    }

    private static void invertedInksFromLuma(int[] samples, int first) {
        int luma = samples[first];
        int blueness = samples[first + 1] - 128;
        int redness = samples[first + 2] - 128;
        samples[first] = 255 - clamp(luma + ((91_881 * redness + 32_768) >> 16));
        samples[first + 1] = 255 - clamp(luma + ((-22_554 * blueness - 46_802 * redness + 32_768) >> 16));
        samples[first + 2] = 255 - clamp(luma + ((116_130 * blueness + 32_768) >> 16));
    }

    private static int clamp(int level) {
        return Math.clamp(level, 0, 255);
    }
}
