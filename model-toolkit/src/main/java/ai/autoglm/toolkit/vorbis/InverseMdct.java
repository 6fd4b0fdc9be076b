package ai.autoglm.toolkit.vorbis;

/// The inverse modified discrete cosine transform of one block size:
/// `y[i] = Σ x[k] cos(π/N (i + ½ + N/2)(k + ½))` for N values to 2N samples, by way of a DCT-IV and a complex Fourier
/// transform of N/2 points. Owned by one thread.
final class InverseMdct {
    private final int size;
    private final int points;
    // [point]: exp(−iπ(point + ⅛)/N)
    private final float[] twistCosines;
    private final float[] twistSines;
    // [exponent]: exp(−2πi·exponent/points)
    private final float[] cosines;
    private final float[] sines;
    private final float[] real;
    private final float[] imaginary;

    /// Of N values, a power of two from 4.
    InverseMdct(int size) {
        this.size = size;
        this.points = size / 2;
        twistCosines = new float[points];
        twistSines = new float[points];
        cosines = new float[points];
        sines = new float[points];
        real = new float[points];
        imaginary = new float[points];
        for (int i = 0; i < points; i++) {
            double twist = -Math.PI * (i + 0.125) / size;
            twistCosines[i] = (float) Math.cos(twist);
            twistSines[i] = (float) Math.sin(twist);
            double angle = -2 * Math.PI * i / points;
            cosines[i] = (float) Math.cos(angle);
            sines[i] = (float) Math.sin(angle);
        }
    }

    /// The 2N samples of N values.
    float[] transform(float[] values) {
        float[] cosineTransform = cosineTransform(values);
        float[] samples = new float[2 * size];
        // the cosines are even about −½ and odd about N − ½
        for (int i = 0; i < points; i++) {
            samples[i] = cosineTransform[points + i];
            samples[3 * points + i] = -cosineTransform[i];
        }
        for (int i = 0; i < size; i++) {
            samples[points + i] = -cosineTransform[size - 1 - i];
        }
        return samples;
    }

    /// The DCT-IV: `Σ x[k] cos(π/N (i + ½)(k + ½))`.
    private float[] cosineTransform(float[] values) {
        int unusedBits = Integer.numberOfLeadingZeros(points) + 1;
        for (int i = 0; i < points; i++) {
            int reversed = Integer.reverse(i) >>> unusedBits;
            float even = values[2 * i];
            float odd = values[size - 1 - 2 * i];
            real[reversed] = even * twistCosines[i] - odd * twistSines[i];
            imaginary[reversed] = even * twistSines[i] + odd * twistCosines[i];
        }
        for (int half = 1; half < points; half *= 2) {
            combine(half);
        }
        float[] transformed = new float[size];
        for (int i = 0; i < points; i++) {
            transformed[2 * i] = real[i] * twistCosines[i] - imaginary[i] * twistSines[i];
            transformed[size - 1 - 2 * i] = -real[i] * twistSines[i] - imaginary[i] * twistCosines[i];
        }
        return transformed;
    }

    /// Joins neighbouring Fourier transforms of some points to ones of twice as many.
    private void combine(int half) {
        int stride = points / (2 * half);
        for (int start = 0; start < points; start += 2 * half) {
            for (int i = 0; i < half; i++) {
                int first = start + i;
                int second = first + half;
                float cosine = cosines[i * stride];
                float sine = sines[i * stride];
                float productReal = real[second] * cosine - imaginary[second] * sine;
                float productImaginary = real[second] * sine + imaginary[second] * cosine;
                real[second] = real[first] - productReal;
                imaginary[second] = imaginary[first] - productImaginary;
                real[first] += productReal;
                imaginary[first] += productImaginary;
            }
        }
    }
}
