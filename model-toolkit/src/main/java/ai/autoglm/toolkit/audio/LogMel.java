package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;

/// Whisper's log-mel spectrogram, window by window: a window's values depend on nothing outside it, neither at its
/// edges nor in its loudest value. Safe for many threads. Source: MODEL_SPEC E.1.
final class LogMel {
    private static final double FLOOR = 1e-10;
    private static final double DYNAMIC_RANGE = 8;

    private final AudioPreprocessing preprocessing;
    private final FourierTransform fourier;
    private final MelFilterBank melFilters;
    // [fftSize], periodic Hann
    private final double[] taper;

    LogMel(AudioPreprocessing preprocessing) {
        this.preprocessing = preprocessing;
        int fftSize = preprocessing.fftSize();
        fourier = new FourierTransform(fftSize);
        melFilters = new MelFilterBank(preprocessing.melBinCount(), preprocessing.samplingRate(), fftSize);
        taper = new double[fftSize];
        for (int i = 0; i < fftSize; i++) {
            taper[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / fftSize);
        }
    }

    /// The features [window, mel, frame] of a waveform at the preprocessing's sampling rate; the last window is filled
    /// up with silence.
    float[] windows(Waveform waveform, Deadline deadline) {
        int samplesPerWindow = preprocessing.samplesPerWindow();
        int windowCount = Math.ceilDiv(waveform.sampleCount(), samplesPerWindow);
        int valuesPerWindow = preprocessing.melBinCount() * preprocessing.framesPerWindow();
        float[] logMel = new float[windowCount * valuesPerWindow];
        for (int window = 0; window < windowCount; window++) {
            deadline.check();
            double[] padded = reflectPadded(waveform, window * samplesPerWindow);
            writeWindow(padded, logMel, window * valuesPerWindow);
        }
        return logMel;
    }

    private double[] reflectPadded(Waveform waveform, int start) {
        int samplesPerWindow = preprocessing.samplesPerWindow();
        int edge = preprocessing.fftSize() / 2;
        double[] padded = new double[samplesPerWindow + 2 * edge];
        int count = Math.min(samplesPerWindow, waveform.sampleCount() - start);
        for (int i = 0; i < count; i++) {
            padded[edge + i] = waveform.samples()[start + i];
        }
        for (int i = 1; i <= edge; i++) {
            padded[edge - i] = padded[edge + i];
            padded[edge + samplesPerWindow - 1 + i] = padded[edge + samplesPerWindow - 1 - i];
        }
        return padded;
    }

    /// Two real frames share one complex transform, one in its real and one in its imaginary part.
    private void writeWindow(double[] padded, float[] logMel, int offset) {
        int frameCount = preprocessing.framesPerWindow();
        int fftSize = preprocessing.fftSize();
        double[] real = new double[fftSize];
        double[] imaginary = new double[fftSize];
        double[] power = new double[fftSize / 2 + 1];
        double loudest = Math.log10(FLOOR);
        for (int frame = 0; frame < frameCount; frame += 2) {
            boolean paired = frame + 1 < frameCount;
            int first = frame * preprocessing.hopLength();
            int second = paired ? first + preprocessing.hopLength() : first;
            for (int i = 0; i < fftSize; i++) {
                real[i] = padded[first + i] * taper[i];
                imaginary[i] = padded[second + i] * taper[i];
            }
            fourier.transform(real, imaginary);
            powerOfFirst(real, imaginary, power);
            loudest = Math.max(loudest, writeFrame(power, logMel, offset + frame));
            if (paired) {
                powerOfSecond(real, imaginary, power);
                loudest = Math.max(loudest, writeFrame(power, logMel, offset + frame + 1));
            }
        }
        float quietest = (float) (loudest - DYNAMIC_RANGE);
        for (int i = offset; i < offset + melFilters.melBinCount() * frameCount; i++) {
            logMel[i] = (Math.max(logMel[i], quietest) + 4) / 4;
        }
    }

    private double writeFrame(double[] power, float[] logMel, int offset) {
        double loudest = Double.NEGATIVE_INFINITY;
        for (int mel = 0; mel < melFilters.melBinCount(); mel++) {
            double level = Math.log10(Math.max(melFilters.apply(mel, power), FLOOR));
            logMel[offset + mel * preprocessing.framesPerWindow()] = (float) level;
            loudest = Math.max(loudest, level);
        }
        return loudest;
    }

    /// The spectrum of the real part is the even half of the joint one: (Z[k] + conj Z[−k]) / 2.
    private static void powerOfFirst(double[] real, double[] imaginary, double[] power) {
        for (int bin = 0; bin < power.length; bin++) {
            int mirror = bin == 0 ? 0 : real.length - bin;
            double even = (real[bin] + real[mirror]) / 2;
            double odd = (imaginary[bin] - imaginary[mirror]) / 2;
            power[bin] = even * even + odd * odd;
        }
    }

    /// The spectrum of the imaginary part is the odd half of the joint one: (Z[k] − conj Z[−k]) / 2i.
    private static void powerOfSecond(double[] real, double[] imaginary, double[] power) {
        for (int bin = 0; bin < power.length; bin++) {
            int mirror = bin == 0 ? 0 : real.length - bin;
            double even = (imaginary[bin] + imaginary[mirror]) / 2;
            double odd = (real[mirror] - real[bin]) / 2;
            power[bin] = even * even + odd * odd;
        }
    }
}
