package ai.autoglm.decoder.schedule;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// When a sequence has reached its stages, on the decode loop's clock, and what it has cost. Written by the
/// decode-loop thread; any may read.
public final class SequenceTimes {
    /// A phase that is over.
    public record Phase(long startNanos, long endNanos) {
        public Duration duration() {
            return Duration.ofNanos(endNanos - startNanos);
        }
    }

    private final long submittedAt;
    private volatile @Nullable Long slotAt;
    private volatile @Nullable Long rowsCompleteAt;
    private volatile @Nullable Long firstTokenAt;
    private volatile long lastTokenAt;
    private final AtomicLong engineNanos = new AtomicLong();

    SequenceTimes(long submittedAt) {
        this.submittedAt = submittedAt;
    }

    long submittedAt() {
        return submittedAt;
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

    /// Its share of the engine's time so far.
    public Duration engineTime() {
        return Duration.ofNanos(engineNanos.get());
    }

    /// From arrival until now.
    public Duration age(long nanoTime) {
        return Duration.ofNanos(nanoTime - submittedAt);
    }

    /// From arrival to a slot; empty while it has none.
    public Optional<Phase> queue() {
        return between(submittedAt, slotAt);
    }

    /// From a slot to the first token; empty before that.
    public Optional<Phase> prefill() {
        return between(slotAt, firstTokenAt);
    }

    /// From the first token to the last; empty where there is none.
    public Optional<Phase> decode() {
        return between(firstTokenAt, lastTokenAt);
    }

    /// From arrival to the last media row; empty where rows are missing, or none were needed.
    public Optional<Phase> rows() {
        return between(submittedAt, rowsCompleteAt);
    }

    private static Optional<Phase> between(@Nullable Long start, @Nullable Long end) {
        return start == null || end == null ? Optional.empty() : Optional.of(new Phase(start, end));
    }
}
