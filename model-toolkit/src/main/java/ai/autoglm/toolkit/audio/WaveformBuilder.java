package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Arrays;
import java.util.Locale;

/// Takes what a decoder produces, sample by sample, and enforces the [AudioLimits] while it grows, so that no file can
/// unpack to more than they allow. Channels are mixed down to their mean; what exceeds full scale is clipped.
final class WaveformBuilder {
    /// Samples between two looks at the deadline.
    private static final int CHECK_INTERVAL = 1 << 14;

    private final AudioLimits limits;
    private final Deadline deadline;
    private final int samplingRate;
    private final int channelCount;
    private final int maxSampleCount;
    private float[] samples;
    private int count;

    /// A builder of at most the limits' seconds.
    ///
    /// @throws ServingException INVALID_AUDIO when rate or channels are out of bounds
    WaveformBuilder(int samplingRate, int channelCount, AudioLimits limits, Deadline deadline) {
        if (samplingRate < limits.minSamplingRate() || samplingRate > limits.maxSamplingRate()) {
            throw AudioDecoder.invalidAudio("Audio must have a sampling rate between " + limits.minSamplingRate()
                    + " and " + limits.maxSamplingRate() + " Hz; this audio has " + samplingRate + " Hz");
        }
        if (channelCount < 1 || channelCount > limits.maxChannelCount()) {
            throw AudioDecoder.invalidAudio("Audio must have between 1 and " + limits.maxChannelCount()
                    + " channels; this audio has " + channelCount);
        }
        this.limits = limits;
        this.deadline = deadline;
        this.samplingRate = samplingRate;
        this.channelCount = channelCount;
        this.maxSampleCount = limits.maxSeconds() * samplingRate;
        this.samples = new float[samplingRate];
    }

    /// Refuses audio whose length is known before it is decoded.
    ///
    /// @throws ServingException AUDIO_TOO_LONG with the actual seconds
    void requireWithinLimit(long sampleCount) {
        if (sampleCount > maxSampleCount) {
            double seconds = (double) sampleCount / samplingRate;
            throw new ServingException(
                    ErrorCode.AUDIO_TOO_LONG,
                    String.format(
                            Locale.ROOT,
                            "Audio may be at most %d s long; this audio is %.1f s long",
                            limits.maxSeconds(),
                            seconds));
        }
    }

    /// Adds one moment, given as the sum over its channels, each in [−1, 1].
    ///
    /// @throws ServingException AUDIO_TOO_LONG, INVALID_AUDIO when the sum is not finite, and what the
    ///     deadline throws
    void add(float channelSum) {
        if (count == maxSampleCount) {
            throw new ServingException(
                    ErrorCode.AUDIO_TOO_LONG,
                    "Audio may be at most " + limits.maxSeconds() + " s long; this audio is longer");
        }
        if (!Float.isFinite(channelSum)) {
            throw AudioDecoder.invalidAudio("Audio must not contain samples that are not finite numbers");
        }
        if ((count & (CHECK_INTERVAL - 1)) == 0) {
            deadline.check();
        }
        if (count == samples.length) {
            samples = Arrays.copyOf(samples, (int) Math.min(2L * count, maxSampleCount));
        }
        samples[count++] = Math.clamp(channelSum / channelCount, -1f, 1f);
    }

    /// What was added.
    ///
    /// @throws ServingException INVALID_AUDIO when nothing was added
    Waveform build() {
        if (count == 0) {
            throw AudioDecoder.invalidAudio("Audio must not be empty; this audio has no samples");
        }
        return new Waveform(Arrays.copyOf(samples, count), samplingRate);
    }
}
