package ai.autoglm.toolkit.position;

/// Weights that sample one axis of the vision tower's learned position table at the patches of a grid, bicubically.
/// With Ry
/// for the rows and Rx for the columns the embedding of a grid is Ry · table · Rxᵀ.
///
/// In fp32 and in the order of torch's `grid_sample(mode="bicubic", padding_mode="border", align_corners=False)`, which
/// reaches the table through coordinates normalised to −1 … 1. Source: MODEL_SPEC B.3.
public final class PositionInterpolation {
    private static final float A = -0.75f;

    private PositionInterpolation() {}

    /// The weights of one axis.
    ///
    /// @param patchCount rows or columns of the grid
    /// @param tableSide side of the square table
    /// @return [patchCount, tableSide], row by row; at most four entries of a row differ from 0
    public static float[] weights(int patchCount, int tableSide) {
        float[] weights = new float[Math.multiplyExact(patchCount, tableSide)];
        for (int patch = 0; patch < patchCount; patch++) {
            float normalised = (patch + 0.5f) / patchCount * 2 - 1;
            float source = (normalised + 1) * (tableSide / 2f) - 0.5f;
            int base = (int) Math.floor(source);
            float fraction = source - base;
            float[] taps = {far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)};
            for (int tap = 0; tap < taps.length; tap++) {
                // Taps beyond the border fall on the border's entry, one by one.
                int entry = Math.clamp(base - 1 + tap, 0, tableSide - 1);
                weights[patch * tableSide + entry] += taps[tap];
            }
        }
        return weights;
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
