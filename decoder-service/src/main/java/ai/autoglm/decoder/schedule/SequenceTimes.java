package ai.autoglm.decoder.schedule;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// When a sequence has reached its stages, on the decode loop's clock, and what it has cost. Written by the
/// decode-loop thread.
public final class SequenceTimes {
    private final long submittedAt;
    private @Nullable Long slotAt;
    private @Nullable Long rowsCompleteAt;
    private @Nullable Long firstTokenAt;
    private long lastTokenAt;
    private final AtomicLong engineNanos = new AtomicLong();

    SequenceTimes(long submittedAt) {
        this.submittedAt = submittedAt;
    }

    /// It has a slot.
    public void slot(long nanoTime) {
        slotAt = nanoTime;
    }

    /// The last of its media rows is here.
    public void rowsComplete(long nanoTime) {
        if (rowsCompleteAt == null) {
            rowsCompleteAt = nanoTime;
        }
    }

    /// A token was drawn.
    ///
    /// @return whether it was the first
    public boolean token(long nanoTime) {
        boolean first = firstTokenAt == null;
        if (first) {
            firstTokenAt = nanoTime;
        }
        lastTokenAt = nanoTime;
        return first;
    }

    /// It was in a batch.
    ///
    /// @param nanos its share of the engine's time for the batch
    public void engine(long nanos) {
        engineNanos.addAndGet(nanos);
    }

    /// Its share of the engine's time so far. Safe for any thread.
    public Duration engineTime() {
        return Duration.ofNanos(engineNanos.get());
    }

    /// From arrival until now.
    public Duration age(long nanoTime) {
        return Duration.ofNanos(nanoTime - submittedAt);
    }

    /// From arrival to a slot; empty while it has none.
    public Optional<Duration> queue() {
        return between(submittedAt, slotAt);
    }

    /// From a slot to the first token; empty before that.
    public Optional<Duration> prefill() {
        return between(slotAt, firstTokenAt);
    }

    /// From the first token to the last; empty where there is none.
    public Optional<Duration> decode() {
        return between(firstTokenAt, lastTokenAt);
    }

    /// From arrival to the last media row; empty where rows are missing, or none were needed.
    public Optional<Duration> rows() {
        return between(submittedAt, rowsCompleteAt);
    }

    private static Optional<Duration> between(@Nullable Long start, @Nullable Long end) {
        return start == null || end == null ? Optional.empty() : Optional.of(Duration.ofNanos(end - start));
    }
}
