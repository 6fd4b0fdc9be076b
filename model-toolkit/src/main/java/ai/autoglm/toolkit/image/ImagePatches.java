package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.position.PatchGrid;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/// An image as the vision tower takes it: one row for each patch, [patch, channel, frame, row, column]. Patches are in
/// block-major order: blocks of `mergeSize` x `mergeSize` patches by row and column, and so the patches in a block.
///
/// Source: MODEL_SPEC B.3 and C.2.
public final class ImagePatches {
    private final PatchGrid grid;
    private final byte[] levels;
    private final ImagePreprocessing settings;

    private ImagePatches(PatchGrid grid, byte[] levels, ImagePreprocessing settings) {
        this.grid = grid;
        this.levels = levels;
        this.settings = settings;
    }

    static ImagePatches cut(RgbImage image, PatchGrid grid, ImagePreprocessing settings) {
        byte[] levels = new byte[grid.patchCount() * settings.patchLength()];
        int merge = settings.mergeSize();
        int target = 0;
        for (int blockY = 0; blockY < grid.rows(); blockY += merge) {
            for (int blockX = 0; blockX < grid.columns(); blockX += merge) {
                for (int y = blockY; y < blockY + merge; y++) {
                    for (int x = blockX; x < blockX + merge; x++) {
                        cutPatch(image, x, y, settings, levels, target);
                        target += settings.patchLength();
                    }
                }
            }
        }
        return new ImagePatches(grid, levels, settings);
    }

    public PatchGrid grid() {
        return grid;
    }

    /// The resized levels, 0 to 255, before normalisation.
    public ByteBuffer levels() {
        return ByteBuffer.wrap(levels).asReadOnlyBuffer();
    }

    /// Writes `(level / 255 - mean) / standardDeviation` of every level at the target's position.
    public void normalizeInto(FloatBuffer target) {
        float[][] values = normalized(settings);
        int planeLength = settings.patchLength() / RgbImage.CHANNEL_COUNT;
        float[] plane = new float[planeLength];
        int channel = 0;
        for (int start = 0; start < levels.length; start += planeLength) {
            for (int i = 0; i < planeLength; i++) {
                plane[i] = values[channel][levels[start + i] & 0xff];
            }
            target.put(plane);
            channel = (channel + 1) % RgbImage.CHANNEL_COUNT;
        }
    }

    private static void cutPatch(
            RgbImage image, int patchX, int patchY, ImagePreprocessing settings, byte[] levels, int start) {
        int side = settings.patchSize();
        int target = start;
        for (int channel = 0; channel < RgbImage.CHANNEL_COUNT; channel++) {
            int frameStart = target;
            for (int y = 0; y < side; y++) {
                int source = ((patchY * side + y) * image.width() + patchX * side) * RgbImage.CHANNEL_COUNT + channel;
                for (int x = 0; x < side; x++) {
                    levels[target++] = image.levels()[source];
                    source += RgbImage.CHANNEL_COUNT;
                }
            }
            for (int frame = 1; frame < settings.temporalPatchSize(); frame++) {
                System.arraycopy(levels, frameStart, levels, target, side * side);
                target += side * side;
            }
        }
    }

    /// [channel, level], in the order and precision of Hugging Face's processor: scaled in double, the rest in float.
    private static float[][] normalized(ImagePreprocessing settings) {
        float[][] values = new float[RgbImage.CHANNEL_COUNT][256];
        for (int channel = 0; channel < values.length; channel++) {
            float mean = settings.mean().get(channel);
            float standardDeviation = settings.standardDeviation().get(channel);
            for (int level = 0; level < 256; level++) {
                values[channel][level] = ((float) (level * (1.0 / 255)) - mean) / standardDeviation;
            }
        }
        return values;
    }
}
