package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// What a request's audio may be before it is refused. Source: API.md 1.3 and 6.2.
///
/// @param maxSeconds of decoded audio; longer audio is refused, never cut
/// @param minSamplingRate in Hz
/// @param maxSamplingRate in Hz
/// @param maxChannelCount all channels are mixed down to one
public record AudioLimits(int maxSeconds, int minSamplingRate, int maxSamplingRate, int maxChannelCount) {
    private static final int MAX_SAMPLE_COUNT = 1 << 30;

    public static final AudioLimits DEFAULT = new AudioLimits(300, 8_000, 96_000, 8);

    public AudioLimits {
        if (maxSeconds < 1 || minSamplingRate < 1 || maxSamplingRate < minSamplingRate || maxChannelCount < 1) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "Audio limits must be positive, and the lowest rate first");
        }
        if ((long) maxSeconds * maxSamplingRate > MAX_SAMPLE_COUNT) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Audio of " + maxSeconds + " s at " + maxSamplingRate + " Hz exceeds the " + MAX_SAMPLE_COUNT
                            + " samples that one waveform can hold");
        }
    }

    /// These limits with another maximal duration.
    public AudioLimits withMaxSeconds(int seconds) {
        return new AudioLimits(seconds, minSamplingRate, maxSamplingRate, maxChannelCount);
    }
}
