package ai.autoglm.decoder.schedule;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The events of one sequence on their way from the decode loop to its client. The loop never waits for
/// room: a sequence whose buffer is full is not scheduled. Thread-safe for one producer and one consumer.
public final class EventBuffer {
    private static final int CAPACITY = 256;

    private final BlockingQueue<DecodeEvent> events = new LinkedBlockingQueue<>();

    boolean hasRoom() {
        return events.size() < CAPACITY;
    }

    /// The last event always fits: only the next token needs room.
    void add(DecodeEvent event) {
        events.add(event);
    }

    /// Waits for the next event, but not longer than `patience`.
    ///
    /// @return null when there was none
    public @Nullable DecodeEvent poll(Duration patience) throws InterruptedException {
        return events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
