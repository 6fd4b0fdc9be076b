package ai.autoglm.toolkit.audio;

import java.nio.FloatBuffer;
import java.util.List;

/// The input of the audio tower.
///
/// @param logMel [window, mel, frame], read-only
/// @param tokenCounts for each window the leading rows of its output that stand for sound; the rest is padding
public record AudioWindows(FloatBuffer logMel, List<Integer> tokenCounts) {
    public AudioWindows {
        logMel = logMel.asReadOnlyBuffer();
        tokenCounts = List.copyOf(tokenCounts);
        if (tokenCounts.isEmpty() || logMel.remaining() % tokenCounts.size() != 0) {
            throw new IllegalArgumentException(
                    logMel.remaining() + " values do not divide into " + tokenCounts.size() + " windows");
        }
    }

    /// A view with its own position.
    @Override
    public FloatBuffer logMel() {
        return logMel.duplicate();
    }

    public int windowCount() {
        return tokenCounts.size();
    }

    /// Tokens over all windows.
    public int tokenCount() {
        return tokenCounts.stream().mapToInt(Integer::intValue).sum();
    }
}
