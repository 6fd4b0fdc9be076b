package ai.autoglm.toolkit.audio;

/// One channel of sound at its own sampling rate. The samples, in [−1, 1], are shared within this package and never
/// written after construction.
final class Waveform {
    private final float[] samples;
    private final int samplingRate;

    Waveform(float[] samples, int samplingRate) {
        this.samples = samples;
        this.samplingRate = samplingRate;
    }

    float[] samples() {
        return samples;
    }

    int sampleCount() {
        return samples.length;
    }

    int samplingRate() {
        return samplingRate;
    }
}
