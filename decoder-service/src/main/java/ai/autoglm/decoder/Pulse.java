package ai.autoglm.decoder;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether the decode loop comes back from what it does. It beats when a round begins and rests while it waits
/// for messages: a run of the engine that never ends is a beat that nothing follows. Thread-safe.
final class Pulse {
    private final LongSupplier nanoClock;
    private volatile long lastBeat;
    private volatile boolean resting = true;

    Pulse(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void beat() {
        lastBeat = nanoClock.getAsLong();
        resting = false;
    }

    void rest() {
        resting = true;
    }

    /// How long the loop has been at one thing; zero while it waits for messages.
    Duration busyFor() {
        return resting ? Duration.ZERO : Duration.ofNanos(nanoClock.getAsLong() - lastBeat);
    }
}
