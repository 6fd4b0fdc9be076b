package ai.autoglm.system;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for what other processes do.
final class Await {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Await() {}

    /// Returns as soon as `condition` holds.
    ///
    /// @param state that is waited for, for the message when it does not come
    static void until(Duration patience, String state, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience.toSeconds() + " s: " + state);
            }
            pause(INTERVAL);
        }
    }

    /// Lets time pass.
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
