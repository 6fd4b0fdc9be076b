package ai.autoglm.toolkit.position;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/// Samples the vision tower's learned position table at the patches of a grid, bicubically: each patch's embedding is
/// a weighted sum of sixteen entries, four rows by four columns of the table.
///
/// In fp32 and in the order of torch's `grid_sample(mode="bicubic", padding_mode="border", align_corners=False)`, which
/// reaches the table through coordinates normalised to −1 … 1. Source: MODEL_SPEC B.3.
public final class PositionInterpolation {
    /// Entries of the table that one patch takes.
    public static final int TAP_COUNT = 16;

    private static final int AXIS_TAPS = 4;
    private static final float A = -0.75f;

    private PositionInterpolation() {}

    /// Four entries of one axis for each patch.
    ///
    /// `entries` and `weights` are [patch, 4]; taps beyond the border fall on the border's entry, one by one.
    static final class AxisTaps {
        final int[] entries;
        final float[] weights;

        AxisTaps(int patchCount) {
            entries = new int[patchCount * AXIS_TAPS];
            weights = new float[patchCount * AXIS_TAPS];
        }
    }

    /// Writes which entries a grid's patches take, and how much of each.
    ///
    /// @param tableSide side of the square table
    /// @param indices [16, N] rows of the flattened table, patches in the grid's own order
    /// @param weights [16, N]
    public static void write(PatchGrid grid, int tableSide, LongBuffer indices, FloatBuffer weights) {
        AxisTaps rows = axis(grid.rows(), tableSide);
        AxisTaps columns = axis(grid.columns(), tableSide);
        for (int tap = 0; tap < TAP_COUNT; tap++) {
            for (int patch = 0; patch < grid.patchCount(); patch++) {
                int row = grid.row(patch) * AXIS_TAPS + tap / AXIS_TAPS;
                int column = grid.column(patch) * AXIS_TAPS + tap % AXIS_TAPS;
                indices.put((long) rows.entries[row] * tableSide + columns.entries[column]);
                weights.put(rows.weights[row] * columns.weights[column]);
            }
        }
    }

    static AxisTaps axis(int patchCount, int tableSide) {
        AxisTaps taps = new AxisTaps(patchCount);
        for (int patch = 0; patch < patchCount; patch++) {
            float normalised = (patch + 0.5f) / patchCount * 2 - 1;
            float source = (normalised + 1) * (tableSide / 2f) - 0.5f;
            int base = (int) Math.floor(source);
            float fraction = source - base;
            float[] values = {far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)};
            for (int tap = 0; tap < AXIS_TAPS; tap++) {
                taps.entries[patch * AXIS_TAPS + tap] = Math.clamp(base - 1 + tap, 0, tableSide - 1);
                taps.weights[patch * AXIS_TAPS + tap] = values[tap];
            }
        }
        return taps;
    }

    /// Cubic convolution for distances up to 1.
    private static float near(float distance) {
        return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
    }

    /// Cubic convolution for distances from 1 to 2.
    private static float far(float distance) {
        return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
    }
}
