package ai.autoglm.toolkit.vorbis;

/// Two channels coded as magnitude and angle. Source: Vorbis I 4.3.5.
///
/// @param magnitude its channel
/// @param angle its channel
record Coupling(int magnitude, int angle) {
    /// Turns magnitudes and angles into the two channels' own values, in place.
    void undo(float[][] vectors) {
        float[] magnitudes = vectors[magnitude];
        float[] angles = vectors[angle];
        for (int i = 0; i < magnitudes.length; i++) {
            float first = magnitudes[i];
            float difference = angles[i];
            float second = first > 0 == difference > 0 ? first - difference : first + difference;
            magnitudes[i] = difference > 0 ? first : second;
            angles[i] = difference > 0 ? second : first;
        }
    }
}
