package ai.autoglm.toolkit.audio;

/// Overlapping triangles that gather the bins of a power spectrum into mel bins: Slaney's mel scale from 0 Hz to half
/// the sampling rate, each triangle of equal area. Source: MODEL_SPEC E.1.
final class MelFilterBank {
    private static final double LINEAR_HERTZ_PER_MEL = 200.0 / 3;
    private static final double LOGARITHMIC_FROM_HERTZ = 1_000;
    private static final double LOGARITHMIC_FROM_MEL = LOGARITHMIC_FROM_HERTZ / LINEAR_HERTZ_PER_MEL;
    private static final double LOGARITHMIC_STEP = Math.log(6.4) / 27;

    // [mel]
    private final int[] firstBins;
    // [mel, bin − firstBins[mel]]
    private final double[][] weights;

    MelFilterBank(int melBinCount, int samplingRate, int fftSize) {
        firstBins = new int[melBinCount];
        weights = new double[melBinCount][];
        double melStep = mel(samplingRate / 2.0) / (melBinCount + 1);
        double hertzPerBin = (double) samplingRate / fftSize;
        for (int mel = 0; mel < melBinCount; mel++) {
            double left = hertz(melStep * mel);
            double centre = hertz(melStep * (mel + 1));
            double right = hertz(melStep * (mel + 2));
            firstBins[mel] = (int) Math.ceil(left / hertzPerBin);
            int endBin = Math.max(firstBins[mel], (int) Math.floor(right / hertzPerBin) + 1);
            weights[mel] = new double[Math.min(endBin, fftSize / 2 + 1) - firstBins[mel]];
            for (int i = 0; i < weights[mel].length; i++) {
                double frequency = (firstBins[mel] + i) * hertzPerBin;
                double rising = (frequency - left) / (centre - left);
                double falling = (right - frequency) / (right - centre);
                weights[mel][i] = Math.max(0, Math.min(rising, falling)) * 2 / (right - left);
            }
        }
    }

    int melBinCount() {
        return weights.length;
    }

    /// The energy in one mel bin.
    ///
    /// @param power [fftSize / 2 + 1]
    double apply(int mel, double[] power) {
        double sum = 0;
        for (int i = 0; i < weights[mel].length; i++) {
            sum += weights[mel][i] * power[firstBins[mel] + i];
        }
        return sum;
    }

    private static double mel(double hertz) {
        return hertz < LOGARITHMIC_FROM_HERTZ
                ? hertz / LINEAR_HERTZ_PER_MEL
                : LOGARITHMIC_FROM_MEL + Math.log(hertz / LOGARITHMIC_FROM_HERTZ) / LOGARITHMIC_STEP;
    }

    private static double hertz(double mel) {
        return mel < LOGARITHMIC_FROM_MEL
                ? mel * LINEAR_HERTZ_PER_MEL
                : LOGARITHMIC_FROM_HERTZ * Math.exp((mel - LOGARITHMIC_FROM_MEL) * LOGARITHMIC_STEP);
    }
}
