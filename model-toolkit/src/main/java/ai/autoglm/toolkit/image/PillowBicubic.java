package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import java.util.Arrays;

/// Pillow's antialiased bicubic resizing of 8-bit pixels, equal to the last bit: weights in fixed point, levels rounded
/// and clamped after each pass, columns first, a pass left out when its size does not change.
///
/// Source: MODEL_SPEC C.2; Pillow, `Resample.c`.
final class PillowBicubic {
    private static final int CHANNELS = RgbImage.CHANNEL_COUNT;
    private static final int PRECISION_BITS = 22;
    private static final int ROUNDING = 1 << (PRECISION_BITS - 1);
    private static final double SUPPORT = 2.0;
    private static final double A = -0.5;

    private PillowBicubic() {}

    static RgbImage resize(RgbImage source, int width, int height, Deadline deadline) {
        RgbImage columnsDone = source.width() == width ? source : resizeColumns(source, width, deadline);
        return source.height() == height ? columnsDone : resizeRows(columnsDone, height, deadline);
    }

    private static RgbImage resizeColumns(RgbImage source, int width, Deadline deadline) {
        Taps taps = new Taps(source.width(), width);
        byte[] from = source.levels();
        byte[] to = new byte[width * source.height() * CHANNELS];
        int target = 0;
        for (int y = 0; y < source.height(); y++) {
            deadline.check();
            int row = y * source.width() * CHANNELS;
            for (int x = 0; x < width; x++) {
                int red = ROUNDING;
                int green = ROUNDING;
                int blue = ROUNDING;
                int pixel = row + taps.first[x] * CHANNELS;
                int lastWeight = x * taps.stride + taps.count[x];
                for (int k = x * taps.stride; k < lastWeight; k++) {
                    int weight = taps.weights[k];
                    red += weight * (from[pixel] & 0xff);
                    green += weight * (from[pixel + 1] & 0xff);
                    blue += weight * (from[pixel + 2] & 0xff);
                    pixel += CHANNELS;
                }
                to[target] = level(red);
                to[target + 1] = level(green);
                to[target + 2] = level(blue);
                target += CHANNELS;
            }
        }
        return new RgbImage(width, source.height(), to);
    }

    private static RgbImage resizeRows(RgbImage source, int height, Deadline deadline) {
        Taps taps = new Taps(source.height(), height);
        byte[] from = source.levels();
        int rowLength = source.width() * CHANNELS;
        byte[] to = new byte[rowLength * height];
        int[] sums = new int[rowLength];
        for (int y = 0; y < height; y++) {
            deadline.check();
            Arrays.fill(sums, ROUNDING);
            for (int k = 0; k < taps.count[y]; k++) {
                int weight = taps.weights[y * taps.stride + k];
                int row = (taps.first[y] + k) * rowLength;
                for (int i = 0; i < rowLength; i++) {
                    sums[i] += weight * (from[row + i] & 0xff);
                }
            }
            int target = y * rowLength;
            for (int i = 0; i < rowLength; i++) {
                to[target + i] = level(sums[i]);
            }
        }
        return new RgbImage(source.width(), height, to);
    }

    private static byte level(int sum) {
        return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
    }

    /// For each output position the first source position, the number of source positions and their weights, which lie
    /// `stride` apart.
    private static final class Taps {
        private final int[] first;
        private final int[] count;
        private final int[] weights;
        private final int stride;

        Taps(int inputSize, int outputSize) {
            double scale = (double) inputSize / outputSize;
            double filterScale = Math.max(scale, 1.0);
            double support = SUPPORT * filterScale;
            stride = (int) Math.ceil(support) * 2 + 1;
            first = new int[outputSize];
            count = new int[outputSize];
            weights = new int[outputSize * stride];
            double[] exact = new double[stride];
            for (int position = 0; position < outputSize; position++) {
                double centre = (position + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(inputSize, (int) (centre + support + 0.5));
                first[position] = low;
                count[position] = high - low;
                double total = 0;
                for (int i = 0; i < high - low; i++) {
                    exact[i] = kernel((i + low - centre + 0.5) * (1.0 / filterScale));
                    total += exact[i];
                }
                for (int i = 0; i < high - low; i++) {
                    weights[position * stride + i] = fixedPoint(total == 0 ? exact[i] : exact[i] / total);
                }
            }
        }

        private static double kernel(double distance) {
            double x = Math.abs(distance);
            if (x < 1.0) {
                return ((A + 2.0) * x - (A + 3.0)) * x * x + 1;
            }
            return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * A : 0.0;
        }

        /// Rounds half away from zero.
        private static int fixedPoint(double weight) {
            return (int) (Math.copySign(0.5, weight) + weight * (1 << PRECISION_BITS));
        }
    }
}
