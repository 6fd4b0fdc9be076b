package ai.autoglm.toolkit.quantize;

import ai.autoglm.toolkit.engine.ElementType;

/// Rounds groups of real numbers to integers with one positive scale each, so that code · scale is close to every
/// number. There is no zero point: zero stays zero.
///
/// With eight bits the scale takes the largest magnitude to the largest code. With four bits a few levels for it are
/// tried, since a clipped extreme may cost less than coarse steps for all others; for each, the scale that fits its
/// codes best in the sense of least squares is Σxq / Σq², which leaves an error of Σx² − (Σxq)² / Σq².
///
/// @param scaleType in which scales are stored: codes are rounded against the stored scale
public record Quantizer(CodeRange range, ElementType scaleType) {
    /// Codes, not whole, that the largest magnitude is tried at.
    private static final float[] LEVELS = {6.2f, 6.6f, 7.0f, 7.4f, 7.8f, 8.2f, 8.6f, 9.0f};

    private static final float SMALLEST_FLOAT16 = 0x1p-24f;

    public Quantizer {
        if (scaleType != ElementType.FLOAT32 && scaleType != ElementType.FLOAT16) {
            throw new IllegalArgumentException("Scales are FLOAT32 or FLOAT16, not " + scaleType);
        }
    }

    /// Rounds `count` values from `offset` on, and writes their codes to the same places.
    ///
    /// @return the scale, representable in the scale type
    public float quantize(float[] values, int offset, int count, byte[] codes) {
        float scale = scale(values, offset, count);
        encode(values, offset, count, scale, codes);
        return scale;
    }

    /// The scale for these values.
    public float scale(float[] values, int offset, int count) {
        float largest = largestMagnitude(values, offset, count);
        if (largest == 0) {
            return 1; // engines want positive scales, and 0 · 1 is 0
        }
        float exact = range == CodeRange.INT4 ? searched(values, offset, count, largest) : largest / range.max();
        return rounded(exact);
    }

    /// Rounds values with a scale that is known.
    public void encode(float[] values, int offset, int count, float scale, byte[] codes) {
        float inverse = 1 / scale;
        for (int index = offset; index < offset + count; index++) {
            codes[index] = (byte) code(values[index] * inverse);
        }
    }

    /// Largest |value|.
    public static float largestMagnitude(float[] values, int offset, int count) {
        float largest = 0;
        for (int index = offset; index < offset + count; index++) {
            largest = Math.max(largest, Math.abs(values[index]));
        }
        return largest;
    }

    private float searched(float[] values, int offset, int count, float largest) {
        float bestScale = largest / range.max();
        float bestGain = 0;
        for (float level : LEVELS) {
            float inverse = level / largest;
            float products = 0; // Σxq
            float squares = 0; // Σq²
            for (int index = offset; index < offset + count; index++) {
                float code = code(values[index] * inverse);
                products += values[index] * code;
                squares += code * code;
            }
            float gain = products * products / squares;
            if (gain > bestGain) {
                bestGain = gain;
                bestScale = products / squares;
            }
        }
        return bestScale;
    }

    /// The nearest code; exact halves go up, which no rule of a kernel depends on.
    private int code(float level) {
        float shifted = Math.min(Math.max(level, range.min()), range.max()) - range.min();
        return (int) (shifted + 0.5f) + range.min();
    }

    private float rounded(float scale) {
        return scaleType == ElementType.FLOAT32
                ? scale
                : Math.max(Float.float16ToFloat(Float.floatToFloat16(scale)), SMALLEST_FLOAT16);
    }
}
