package ai.autoglm.decoder;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// Whether the decode loop comes back from what it does. It beats when a round begins and rests while it waits for
/// messages: a run of the engine that never ends is a beat that nothing follows, and a message that nobody takes is
/// a call that no beat follows. Thread-safe.
final class Pulse {
    private sealed interface State {
        /// At work.
        record Busy(long sinceNanos) implements State {}

        /// Waiting for a message.
        record Resting() implements State {}

        /// Waiting, although there is a message.
        record Called(long sinceNanos) implements State {}
    }

    private final LongSupplier nanoClock;
    private final AtomicReference<State> state = new AtomicReference<>(new State.Resting());

    Pulse(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void beat() {
        state.set(new State.Busy(nanoClock.getAsLong()));
    }

    void rest() {
        state.set(new State.Resting());
    }

    /// A message is about to come, and ends the rest. Told before it comes: afterwards the loop may rest again
    /// already.
    void call() {
        if (state.get() instanceof State.Resting resting) {
            state.compareAndSet(resting, new State.Called(nanoClock.getAsLong()));
        }
    }

    /// How long the loop has been at one thing; zero while it waits for messages and there is none.
    Duration busyFor() {
        return switch (state.get()) {
            case State.Busy(long since) -> Duration.ofNanos(nanoClock.getAsLong() - since);
            case State.Called(long since) -> Duration.ofNanos(nanoClock.getAsLong() - since);
            case State.Resting() -> Duration.ZERO;
        };
    }
}
