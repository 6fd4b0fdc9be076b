package ai.autoglm.toolkit.compile;

import static org.assertj.core.api.Assertions.assertThat;

/// How far two vectors are apart.
final class Closeness {
    private Closeness() {}

    /// Greatest |a − b|; NaN when either has one.
    static float maxDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float max = 0;
        for (int index = 0; index < actual.length; index++) {
            max = Math.max(max, Math.abs(actual[index] - expected[index]));
        }
        return max;
    }

    /// Greatest absolute value.
    static float scale(float[] values) {
        float max = 0;
        for (float value : values) {
            max = Math.max(max, Math.abs(value));
        }
        return max;
    }
}
