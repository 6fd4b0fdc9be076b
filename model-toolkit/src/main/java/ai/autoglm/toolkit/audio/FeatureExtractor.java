package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.FloatBuffer;
import java.util.List;

/// From the bytes of an audio file (WAV, MP3, FLAC or Ogg Vorbis, at any rate and with any channels that the
/// [AudioLimits] allow) to the input of the audio tower. Memory and time are bounded by the limits, whatever the file
/// claims. Safe for many threads.
public final class FeatureExtractor {
    private final AudioPreprocessing preprocessing;
    private final AudioLimits limits;
    private final LogMel logMel;

    public FeatureExtractor(AudioPreprocessing preprocessing, AudioLimits limits) {
        this.preprocessing = preprocessing;
        this.limits = limits;
        this.logMel = new LogMel(preprocessing);
    }

    /// Decodes, resamples and cuts one audio file into windows.
    ///
    /// @throws ServingException INVALID_AUDIO when the bytes cannot be decoded or hold less than one token's sound,
    ///     AUDIO_TOO_LONG when they hold more than the limit; audio is never cut; what the deadline throws
    public AudioWindows extract(byte[] audio, Deadline deadline) {
        Waveform decoded = AudioDecoder.decode(audio, limits, deadline);
        Waveform waveform = Resampler.resample(decoded, preprocessing.samplingRate(), deadline);
        requireOneToken(waveform);
        List<Integer> tokenCounts = preprocessing.tokenCounts(waveform.sampleCount());
        return new AudioWindows(FloatBuffer.wrap(logMel.windows(waveform, deadline)), tokenCounts);
    }

    /// Bytes of heap that [#extract] may take at once, whatever the file holds: samples as they are decoded and
    /// copied, resampled, and their features.
    public long workingBytes(byte[] audio) {
        long seconds = limits.maxSeconds();
        long decoded = AudioFormat.sniff(audio)
                .map(format -> Math.min(format.maxSampleCount(audio.length), seconds * limits.maxSamplingRate()))
                .orElse(0L);
        int growth = Math.ceilDiv(preprocessing.samplingRate(), limits.minSamplingRate());
        long resampled = Math.min(seconds * preprocessing.samplingRate(), growth * decoded);
        // A builder that grows holds its samples twice; features take half of what their samples do.
        return Float.BYTES * (2 * decoded + 2 * resampled);
    }

    private void requireOneToken(Waveform waveform) {
        int minSampleCount = preprocessing.minSampleCount();
        if (waveform.sampleCount() < minSampleCount) {
            throw AudioDecoder.invalidAudio("Audio must be at least " + milliseconds(minSampleCount)
                    + " ms long; this audio is " + waveform.sampleCount() * 1_000L / preprocessing.samplingRate()
                    + " ms long");
        }
    }

    private long milliseconds(int sampleCount) {
        return Math.ceilDiv(sampleCount * 1_000L, preprocessing.samplingRate());
    }
}
