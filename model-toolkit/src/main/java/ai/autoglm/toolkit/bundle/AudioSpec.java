package ai.autoglm.toolkit.bundle;

/// Sizes of the audio tower's preprocessing. Source: MODEL_SPEC E.1 and audio_preprocessor_config.json.
///
/// @param windowSeconds audio is cut into windows of this length
/// @param maxTokensPerWindow rows that the tower computes for a full window
public record AudioSpec(
        int samplingRate, int hopLength, int fftSize, int melBinCount, int windowSeconds, int maxTokensPerWindow) {
    /// How much of an audio one row stands for.
    public double secondsPerToken() {
        return (double) windowSeconds / maxTokensPerWindow;
    }
}
