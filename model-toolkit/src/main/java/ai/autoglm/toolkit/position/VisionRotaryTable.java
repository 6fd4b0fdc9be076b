package ai.autoglm.toolkit.position;

import java.nio.FloatBuffer;

/// Cosines and sines of the vision tower's rotary angles: a row of [head dim / 2] for each patch, the first half
/// driven by the patch's row, the second by its column. Source: MODEL_SPEC B.4.
public final class VisionRotaryTable {
    private static final double THETA = 10_000;

    private final float[] inverseFrequencies; // [head dim / 4]

    /// @param headDim a multiple of 4
    public VisionRotaryTable(int headDim) {
        if (headDim < 4 || headDim % 4 != 0) {
            throw new IllegalArgumentException("vision head dim %d is not a multiple of 4".formatted(headDim));
        }
        inverseFrequencies = InverseFrequencies.of(headDim / 2, THETA);
    }

    /// head dim / 2, the number of values in a row.
    public int rowWidth() {
        return 2 * inverseFrequencies.length;
    }

    /// Writes a row for each patch, in the grid's order, at the buffers' positions, which advance.
    ///
    /// @param cosines receives [patch, head dim / 2]
    /// @param sines receives [patch, head dim / 2]
    public void write(PatchGrid grid, FloatBuffer cosines, FloatBuffer sines) {
        for (int patch = 0; patch < grid.patchCount(); patch++) {
            writeHalf(grid.row(patch), cosines, sines);
            writeHalf(grid.column(patch), cosines, sines);
        }
    }

    private void writeHalf(int coordinate, FloatBuffer cosines, FloatBuffer sines) {
        for (float frequency : inverseFrequencies) {
            float angle = coordinate * frequency;
            cosines.put((float) Math.cos(angle));
            sines.put((float) Math.sin(angle));
        }
    }
}
