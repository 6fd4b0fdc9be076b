package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.model.DecoderModel;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Decides what runs next. Sequences wait in a bounded queue for a slot, first come first served. Those
/// in slots share the engine: a prefill chunk and a decode step of all that can decode take turns, and
/// chunks go round among prompts, so nobody waits longer than a chunk of each other prompt. Who waits for
/// rows or for its client holds up nobody else. Owned by the decode-loop thread.
public final class Scheduler {
    private final SchedulerSettings settings;
    private final KvCache kvCache;
    private final ArrayDeque<Sequence> queue = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>(); // next to prefill first
    private boolean prefilledLast;

    public Scheduler(SchedulerSettings settings, KvCache kvCache) {
        this.settings = settings;
        this.kvCache = kvCache;
    }

    /// Takes a new sequence, or fails it when the queue is full.
    public void submit(Sequence sequence) {
        // Several may arrive before the idle slots are given out.
        int waiting = queue.size() - kvCache.idleCount();
        if (sequence.isComplete()) {
            sequence.accept(0, 0);
            sequence.finish();
        } else if (waiting >= settings.queueCapacity()) {
            sequence.fail(new ServingException(
                    ErrorCode.OVERLOADED,
                    "All " + kvCache.slotCount() + " places are taken and " + waiting
                            + " requests wait already: try again later."));
        } else {
            if (waiting >= 0) {
                sequence.accept(waiting + 1, 0);
            }
            queue.add(sequence);
        }
    }

    /// Gives a slot to the sequence that waits longest. Whatever its lease says to copy must be copied
    /// before the next call.
    ///
    /// @return empty when none waits or no slot is idle
    public Optional<Sequence> admitNext() {
        if (queue.isEmpty()) {
            return Optional.empty();
        }
        Optional<SlotLease> lease = kvCache.lease(queue.element().keys());
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        Sequence sequence = queue.remove();
        sequence.start(lease.get());
        sequence.accept(
                0,
                Math.min(lease.get().cachedRows(), sequence.request().prompt().rowCount()));
        running.add(sequence);
        return Optional.of(sequence);
    }

    /// What to run now; empty when every sequence waits for something.
    public Optional<Batch> next() {
        Optional<Batch> prefill = nextPrefill();
        Optional<Batch> decode = nextDecode();
        boolean prefillTurn = decode.isEmpty() || (prefill.isPresent() && !prefilledLast);
        prefilledLast = prefillTurn;
        return prefillTurn ? prefill : decode;
    }

    private Optional<Batch> nextPrefill() {
        return running.stream()
                .filter(Sequence::canPrefill)
                .findFirst()
                .map(sequence ->
                        new PrefillBatch(sequence, sequence.writtenRows(), sequence.readyEnd(chunkRows(sequence))));
    }

    private int chunkRows(Sequence sequence) {
        return sequence.scoresPrompt()
                ? Math.min(settings.prefillChunkRows(), DecoderModel.MAX_LOGITS_ROWS)
                : settings.prefillChunkRows();
    }

    private Optional<Batch> nextDecode() {
        List<Sequence> decodable = running.stream()
                .filter(Sequence::canDecode)
                .sorted(Comparator.comparingInt(Sequence::slot))
                .toList();
        return decodable.isEmpty() ? Optional.empty() : Optional.of(new DecodeBatch(decodable));
    }

    /// Says that a batch has run: its rows are in the KV cache.
    public void completed(Batch batch) {
        switch (batch) {
            case PrefillBatch prefill -> {
                extend(prefill.sequence(), prefill.rowCount());
                running.remove(prefill.sequence());
                running.add(prefill.sequence());
            }
            case DecodeBatch decode -> decode.sequences().forEach(sequence -> extend(sequence, 1));
        }
    }

    private void extend(Sequence sequence, int rowCount) {
        sequence.extend(rowCount);
        kvCache.extend(sequence.slot(), rowCount);
    }

    /// Ends a running sequence whose KV cache rows cannot be trusted.
    public void discard(Sequence sequence, ServingException reason) {
        sequence.fail(reason);
        running.remove(sequence);
        kvCache.discard(sequence.slot());
    }

    /// Ends a sequence early, wherever it is. Without effect when it has ended.
    public void abort(Sequence sequence, ServingException reason) {
        if (!sequence.hasEnded()) {
            sequence.fail(reason);
            queue.remove(sequence);
        }
        releaseIfEnded(sequence);
    }

    /// Takes back the slot of a sequence that has ended.
    public void releaseIfEnded(Sequence sequence) {
        if (sequence.hasEnded() && running.remove(sequence)) {
            kvCache.release(sequence.slot());
        }
    }

    /// Ends sequences that have waited too long for a slot, for their media rows, or for their client.
    public void expire(long nanoTime) {
        for (Sequence sequence : List.copyOf(queue)) {
            if (isOver(sequence.age(nanoTime), settings.queueTimeout())) {
                abort(
                        sequence,
                        new ServingException(
                                ErrorCode.OVERLOADED,
                                "No place became free within "
                                        + settings.queueTimeout().toSeconds() + " s: try again later."));
            }
        }
        for (Sequence sequence : List.copyOf(running)) {
            if (isOver(sequence.rowWait(nanoTime), settings.mediaTimeout())) {
                abort(
                        sequence,
                        new ServingException(
                                ErrorCode.TIMEOUT,
                                "The rows of an image or audio did not arrive within "
                                        + settings.mediaTimeout().toSeconds() + " s."));
            } else if (isOver(sequence.consumerWait(nanoTime), settings.consumerTimeout())) {
                abort(
                        sequence,
                        new ServingException(
                                ErrorCode.TIMEOUT,
                                "The answer was not read for "
                                        + settings.consumerTimeout().toSeconds() + " s."));
            }
        }
    }

    private static boolean isOver(Duration waited, Duration limit) {
        return waited.compareTo(limit) > 0;
    }

    public int queuedCount() {
        return queue.size();
    }

    public int runningCount() {
        return running.size();
    }

    /// Ends everything, for shutdown.
    public void abortAll(ServingException reason) {
        List.copyOf(queue).forEach(sequence -> abort(sequence, reason));
        List.copyOf(running).forEach(sequence -> abort(sequence, reason));
    }

    /// Checks what must hold between any two events; for tests and idle time.
    ///
    /// @throws IllegalStateException that names what is wrong
    public void checkIntegrity() {
        kvCache.checkIntegrity();
        if (kvCache.activeCount() != running.size()) {
            throw new IllegalStateException(
                    kvCache.activeCount() + " slots are active for " + running.size() + " sequences");
        }
        for (Sequence sequence : running) {
            if (sequence.hasEnded() || sequence.writtenRows() != kvCache.validRows(sequence.slot())) {
                throw new IllegalStateException("Slot " + sequence.slot() + " holds "
                        + kvCache.validRows(sequence.slot()) + " rows of " + sequence.writtenRows());
            }
        }
    }
}
