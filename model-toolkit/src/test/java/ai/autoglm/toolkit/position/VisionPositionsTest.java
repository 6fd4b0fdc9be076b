package ai.autoglm.toolkit.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisionPositionsTest {
    @Test
    void ordersPatchesBlockByBlock() {
        PatchGrid grid = new PatchGrid(4, 6, 2);
        assertThat(IntStream.range(0, 24).map(grid::row))
                .containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3, 2, 2, 3, 3);
        assertThat(IntStream.range(0, 24).map(grid::column))
                .containsExactly(0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5);
        assertThatThrownBy(() -> new PatchGrid(3, 4, 2)).hasMessageContaining("3×4");
    }

    @Test
    void rotatesByRowThenColumn() {
        PatchGrid grid = new PatchGrid(4, 4, 2);
        VisionRotaryTable table = new VisionRotaryTable(64);
        float[] frequencies = InverseFrequencies.of(32, 10_000);
        FloatBuffer cosines = FloatBuffer.allocate(16 * 32);
        FloatBuffer sines = FloatBuffer.allocate(16 * 32);
        table.write(grid, cosines, sines);
        assertThat(table.rowWidth()).isEqualTo(32);
        assertThat(sines.remaining()).isZero();
        for (int patch = 0; patch < 16; patch++) {
            for (int j = 0; j < 16; j++) {
                float rowAngle = grid.row(patch) * frequencies[j];
                float columnAngle = grid.column(patch) * frequencies[j];
                assertThat(cosines.get(patch * 32 + j)).isEqualTo((float) Math.cos(rowAngle));
                assertThat(sines.get(patch * 32 + 16 + j)).isEqualTo((float) Math.sin(columnAngle));
            }
        }
        assertThatThrownBy(() -> new VisionRotaryTable(66)).hasMessageContaining("66");
    }

    @Test
    void interpolationIsTheIdentityOnTheTablesOwnGrid() {
        float[] weights = dense(24, 24);
        for (int i = 0; i < weights.length; i++) {
            assertThat(weights[i]).isEqualTo(i / 24 == i % 24 ? 1 : 0, within(2e-5f));
        }
    }

    /// MODEL_SPEC B.3, in double and from its formula.
    @ParameterizedTest
    @CsvSource({"1, 24", "2, 24", "26, 24", "12, 24", "156, 24", "48, 24", "5, 3"})
    void interpolatesBicubicallyWithTapsClampedOneByOne(int patchCount, int tableSide) {
        float[] weights = dense(patchCount, tableSide);
        double[] expected = new double[patchCount * tableSide];
        for (int patch = 0; patch < patchCount; patch++) {
            double source = (patch + 0.5) * tableSide / patchCount - 0.5;
            for (int tap = (int) Math.floor(source) - 1; tap <= Math.floor(source) + 2; tap++) {
                expected[patch * tableSide + Math.clamp(tap, 0, tableSide - 1)] += cubic(Math.abs(source - tap));
            }
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) weights[i]).isEqualTo(expected[i], within(5e-5));
        }
    }

    private static double cubic(double distance) {
        double a = -0.75;
        double u = distance;
        return u <= 1 ? (a + 2) * u * u * u - (a + 3) * u * u + 1 : a * (u * u * u - 5 * u * u + 8 * u - 4);
    }

    /// The taps of one axis as a matrix [patchCount, tableSide].
    private static float[] dense(int patchCount, int tableSide) {
        PositionInterpolation.AxisTaps taps = PositionInterpolation.axis(patchCount, tableSide);
        float[] weights = new float[patchCount * tableSide];
        for (int index = 0; index < taps.entries.length; index++) {
            weights[index / 4 * tableSide + taps.entries[index]] += taps.weights[index];
        }
        return weights;
    }

    @Test
    void aPatchTakesSixteenEntriesOfTheTable() {
        PatchGrid grid = new PatchGrid(4, 6, 2);
        LongBuffer indices = LongBuffer.allocate(16 * 24);
        FloatBuffer weights = FloatBuffer.allocate(16 * 24);
        PositionInterpolation.write(grid, 5, indices, weights);
        float[] rows = dense(4, 5);
        float[] columns = dense(6, 5);
        for (int patch = 0; patch < 24; patch++) {
            float[] sampled = new float[25];
            for (int tap = 0; tap < 16; tap++) {
                sampled[(int) indices.get(tap * 24 + patch)] += weights.get(tap * 24 + patch);
            }
            for (int entry = 0; entry < 25; entry++) {
                float expected = rows[grid.row(patch) * 5 + entry / 5] * columns[grid.column(patch) * 5 + entry % 5];
                assertThat(sampled[entry]).isEqualTo(expected, within(1e-6f));
            }
        }
    }
}
