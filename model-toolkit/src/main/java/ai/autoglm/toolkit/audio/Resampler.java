package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import org.jspecify.annotations.Nullable;

/// Band-limited change of the sampling rate: a sinc of 48 zero crossings on each side under a Kaiser window (β =
/// 7.857).
/// Its stop band begins at the lower of the two Nyquist frequencies and lies 80 dB down; its pass band, flat within
/// 0.001 dB, ends at 0.89 of it. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5 (Kaiser's
/// formulas).
///
/// One filter per phase, designed when first met: common pairs of rates have few phases, and an odd pair does not cost
/// more than the audio has samples.
final class Resampler {
    private static final int ZERO_CROSSINGS = 48;
    /// Output samples between two looks at the deadline.
    private static final int CHECK_INTERVAL = 1 << 12;
    private static final double STOP_BAND_DECIBEL = 80;
    private static final double KAISER_BETA = 0.1102 * (STOP_BAND_DECIBEL - 8.7);

    /// Width of the transition as a part of the lower sampling rate.
    private static final double TRANSITION = (STOP_BAND_DECIBEL - 7.95) / (14.36 * 2 * ZERO_CROSSINGS);

    private final int up;
    private final int down;
    // zero crossings of the low-pass per input sample
    private final double cutoff;
    private final int halfWidth;
    // [phase, tap]
    private final float[] @Nullable [] filters;

    private Resampler(int fromRate, int toRate) {
        int divisor = greatestCommonDivisor(fromRate, toRate);
        up = toRate / divisor;
        down = fromRate / divisor;
        double lowerRate = Math.min(1, (double) toRate / fromRate);
        cutoff = lowerRate * (1 - TRANSITION);
        halfWidth = (int) Math.ceil(ZERO_CROSSINGS / lowerRate);
        filters = new float[up][];
    }

    /// The same sound at another rate; round(n · to / from) samples.
    static Waveform resample(Waveform waveform, int toRate, Deadline deadline) {
        if (waveform.samplingRate() == toRate) {
            return waveform;
        }
        return new Waveform(new Resampler(waveform.samplingRate(), toRate).apply(waveform.samples(), deadline), toRate);
    }

    private float[] apply(float[] input, Deadline deadline) {
        float[] output = new float[(int) (((long) input.length * up + down / 2) / down)];
        for (int i = 0; i < output.length; i++) {
            if ((i & (CHECK_INTERVAL - 1)) == 0) {
                deadline.check();
            }
            long position = (long) i * down;
            float[] filter = filter((int) (position % up));
            int first = (int) (position / up) - halfWidth + 1;
            int from = Math.max(0, -first);
            int to = Math.min(filter.length, input.length - first);
            double sum = 0;
            for (int tap = from; tap < to; tap++) {
                sum += filter[tap] * input[first + tap];
            }
            output[i] = (float) sum;
        }
        return output;
    }

    private float[] filter(int phase) {
        float @Nullable [] filter = filters[phase];
        if (filter == null) {
            filter = design((double) phase / up);
            filters[phase] = filter;
        }
        return filter;
    }

    /// The filter of one phase.
    ///
    /// @param fraction position of the output sample between two input samples
    private float[] design(double fraction) {
        double[] taps = new double[2 * halfWidth];
        double sum = 0;
        for (int tap = 0; tap < taps.length; tap++) {
            double distance = tap - halfWidth + 1 - fraction;
            taps[tap] = sinc(cutoff * distance) * kaiser(distance / halfWidth);
            sum += taps[tap];
        }
        float[] filter = new float[taps.length];
        for (int tap = 0; tap < taps.length; tap++) {
            filter[tap] = (float) (taps[tap] / sum); // no phase changes the level
        }
        return filter;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static double kaiser(double x) {
        return bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x)));
    }

    /// The modified Bessel function I₀, by its power series.
    private static double bessel(double x) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-12; k++) {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }
        return sum;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
