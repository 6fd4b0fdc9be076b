package ai.autoglm.toolkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.deadline.Deadline;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PillowBicubicTest {
    @Test
    void returnsTheImageItselfWhenNoSizeChanges() {
        RgbImage image = noise(20, 10);
        assertThat(PillowBicubic.resize(image, 20, 10, Deadline.NONE)).isSameAs(image);
    }

    @Test
    void skipsThePassWhoseSizeIsUnchanged() {
        RgbImage oneColumn = noise(1, 31);
        RgbImage wide = repeatedColumns(oneColumn, 9);
        assertThat(PillowBicubic.resize(wide, 9, 13, Deadline.NONE).levels())
                .isEqualTo(repeatedColumns(PillowBicubic.resize(oneColumn, 1, 13, Deadline.NONE), 9)
                        .levels());
    }

    @Test
    void keepsAFlatColorFlat() {
        RgbImage flat = new RgbImage(50, 40, filled(50 * 40 * 3, (byte) 201));
        assertThat(PillowBicubic.resize(flat, 17, 93, Deadline.NONE).levels()).containsOnly(201);
    }

    /// A separate computation in plain double arithmetic differs by one level at most, and only by rounding.
    @Test
    void staysWithinRoundingOfTheKernel() {
        RgbImage image = noise(23, 5);
        for (int width : new int[] {7, 22, 24, 61}) {
            byte[] resized =
                    PillowBicubic.resize(image, width, 5, Deadline.NONE).levels();
            double scale = 23.0 / width;
            double stretch = Math.max(1, scale);
            for (int x = 0; x < width; x++) {
                double sum = 0;
                double total = 0;
                for (int source = 0; source < 23; source++) {
                    double weight = catmullRom((source + 0.5 - (x + 0.5) * scale) / stretch);
                    sum += weight * (image.levels()[3 * source] & 255);
                    total += weight;
                }
                double expected = Math.clamp(sum / total, 0, 255);
                assertThat((double) (resized[3 * x] & 255)).isBetween(expected - 0.51, expected + 0.51);
            }
        }
    }

    private static double catmullRom(double distance) {
        double x = Math.abs(distance);
        if (x >= 2) {
            return 0;
        }
        return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
    }

    private static RgbImage noise(int width, int height) {
        byte[] levels = new byte[width * height * 3];
        new Random(5).nextBytes(levels);
        return new RgbImage(width, height, levels);
    }

    private static RgbImage repeatedColumns(RgbImage column, int width) {
        byte[] levels = new byte[column.height() * width * 3];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = column.levels()[i / (3 * width) * 3 + i % 3];
        }
        return new RgbImage(width, column.height(), levels);
    }

    private static byte[] filled(int length, byte value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, value);
        return bytes;
    }
}
