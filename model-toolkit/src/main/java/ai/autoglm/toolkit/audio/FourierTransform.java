package ai.autoglm.toolkit.audio;

/// The discrete Fourier transform of any length whose prime factors are small, such as Whisper's 400 = 2⁴·5², which
/// the common libraries' powers of two exclude. Source: Stockham's self-sorting algorithm with mixed radices.
/// Safe for many threads.
final class FourierTransform {
    private final int size;
    // [exponent]: exp(−2πi·exponent/size)
    private final double[] cosines;
    private final double[] sines;

    FourierTransform(int size) {
        this.size = size;
        cosines = new double[size];
        sines = new double[size];
        for (int i = 0; i < size; i++) {
            cosines[i] = Math.cos(2 * Math.PI * i / size);
            sines[i] = -Math.sin(2 * Math.PI * i / size);
        }
    }

    /// Transforms in place.
    void transform(double[] real, double[] imaginary) {
        double[] toReal = new double[size];
        double[] toImaginary = new double[size];
        int stride = 1;
        while (stride < size) {
            int radix = smallestFactor(size / stride);
            stage(real, imaginary, toReal, toImaginary, stride, radix);
            System.arraycopy(toReal, 0, real, 0, size);
            System.arraycopy(toImaginary, 0, imaginary, 0, size);
            stride *= radix;
        }
    }

    /// Splits `stride` interleaved transforms of `size / stride` points into `stride · radix` shorter ones.
    private void stage(
            double[] fromReal, double[] fromImaginary, double[] toReal, double[] toImaginary, int stride, int radix) {
        int length = size / stride;
        int shorter = length / radix;
        for (int point = 0; point < shorter; point++) {
            for (int output = 0; output < radix; output++) {
                int to = stride * (radix * point + output);
                for (int i = 0; i < stride; i++) {
                    toReal[to + i] = 0;
                    toImaginary[to + i] = 0;
                }
                for (int input = 0; input < radix; input++) {
                    int from = stride * (point + shorter * input);
                    int exponent = output * (point + shorter * input) % length * stride;
                    double cosine = cosines[exponent];
                    double sine = sines[exponent];
                    for (int i = 0; i < stride; i++) {
                        toReal[to + i] += fromReal[from + i] * cosine - fromImaginary[from + i] * sine;
                        toImaginary[to + i] += fromReal[from + i] * sine + fromImaginary[from + i] * cosine;
                    }
                }
            }
        }
    }

    private static int smallestFactor(int length) {
        for (int factor = 2; factor * factor <= length; factor++) {
            if (length % factor == 0) {
                return factor;
            }
        }
        return length;
    }
}
