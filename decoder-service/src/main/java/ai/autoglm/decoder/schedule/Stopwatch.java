package ai.autoglm.decoder.schedule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Measures for how long a condition has held without a break, as far as it is looked at.
final class Stopwatch {
    private @Nullable Long since;

    Duration measure(boolean holds, long nanoTime) {
        if (!holds) {
            since = null;
            return Duration.ZERO;
        }
        if (since == null) {
            since = nanoTime;
        }
        return Duration.ofNanos(nanoTime - since);
    }
}
