package ai.autoglm.toolkit.position;

/// Rotary inverse frequencies with the very bits of torch's: at position 20,000 one unit in the last place of an angle
/// is
/// 0.002 rad. Source: MODEL_SPEC A.3.
final class InverseFrequencies {
    private InverseFrequencies() {}

    /// theta^(−2j/width) for j = 0 … width/2 − 1, by the order of roundings that torch has: the power is rounded
    /// to fp32 before the division.
    static float[] of(int width, double theta) {
        float[] frequencies = new float[width / 2];
        for (int j = 0; j < frequencies.length; j++) {
            float exponent = (float) (2 * j) / width;
            frequencies[j] = 1.0f / (float) Math.pow(theta, exponent);
        }
        return frequencies;
    }
}
