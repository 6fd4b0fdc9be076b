package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import java.util.stream.LongStream;

/// How a waveform becomes log-mel windows and how many tokens each window yields: the values of a checkpoint's
/// `audio_preprocessor_config.json`. Source: MODEL_SPEC E.1.
///
/// @param samplingRate in Hz, `sampling_rate`
/// @param hopLength samples between two frames, `hop_length`
/// @param fftSize samples of one frame, `n_fft`
/// @param melBinCount `feature_size`
/// @param windowSeconds length of one window of the audio tower, `chunk_length`
public record AudioPreprocessing(int samplingRate, int hopLength, int fftSize, int melBinCount, int windowSeconds) {
    /// The encoder's second convolution has stride 2.
    private static final int FRAMES_PER_ENCODER_ROW = 2;

    /// The projector joins four encoder rows to one token.
    private static final int ENCODER_ROWS_PER_TOKEN = 4;

    public AudioPreprocessing {
        requireBetween("sampling_rate", samplingRate, 8_000, 96_000);
        requireBetween("chunk_length", windowSeconds, 1, 60);
        requireBetween("feature_size", melBinCount, 1, 1_024);
        requireBetween("n_fft", fftSize, 16, 16_384);
        requireBetween("hop_length", hopLength, 1, fftSize);
        if (fftSize % 2 != 0 || samplingRate * windowSeconds % hopLength != 0) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "audio_preprocessor_config.json: n_fft must be even and hop_length must divide the window of "
                            + samplingRate * windowSeconds + " samples; they are " + fftSize + " and " + hopLength);
        }
    }

    public int samplesPerWindow() {
        return samplingRate * windowSeconds;
    }

    public int framesPerWindow() {
        return samplesPerWindow() / hopLength;
    }

    /// Valid tokens of each window of a waveform of `sampleCount` samples; a last window of fewer than seven frames
    /// has none.
    public List<Integer> tokenCounts(long sampleCount) {
        long windowCount = Math.ceilDiv(sampleCount, samplesPerWindow());
        return LongStream.range(0, windowCount)
                .mapToObj(window -> tokensOfWindow(sampleCount - window * samplesPerWindow()))
                .toList();
    }

    /// The fewest samples that make one token.
    int minSampleCount() {
        int frames = FRAMES_PER_ENCODER_ROW * (ENCODER_ROWS_PER_TOKEN - 1) + 1;
        return (frames - 1) * hopLength + 1;
    }

    private int tokensOfWindow(long sampleCount) {
        long valid = Math.min(sampleCount, samplesPerWindow());
        int frames = (int) Math.ceilDiv(valid, hopLength);
        return Math.ceilDiv(frames, FRAMES_PER_ENCODER_ROW) / ENCODER_ROWS_PER_TOKEN;
    }

    private static void requireBetween(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "audio_preprocessor_config.json: " + key + " must be between " + min + " and " + max + "; it is "
                            + value);
        }
    }
}
