package ai.autoglm.decoder.schedule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Measures for how long a condition has held without a break, and altogether, as far as it is looked at.
final class Stopwatch {
    private @Nullable Long since;
    private long endedNanos; // of the times when it held and does no more

    Duration measure(boolean holds, long nanoTime) {
        if (!holds) {
            endedNanos += since == null ? 0 : nanoTime - since;
            since = null;
            return Duration.ZERO;
        }
        if (since == null) {
            since = nanoTime;
        }
        return Duration.ofNanos(nanoTime - since);
    }

    /// How long it held before the last look that found it not to hold.
    Duration total() {
        return Duration.ofNanos(endedNanos);
    }
}
