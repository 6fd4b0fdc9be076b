package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.kvcache.Swap;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Decides what runs next. Sequences wait in a bounded queue for a slot, in an order that is fair to their shares.
/// Resumed ones, which another decoder has lost, have a queue and slots of their own: they come before new ones, never
/// take the last slot that those have a right to, and take what is idle beyond their own slots only while nobody waits
/// for it. Those in slots share the engine: a prefill chunk and a decode step of all that can decode take turns, and
/// chunks go round among prompts, so nobody waits longer than a chunk of each other prompt. Who waits for rows or
/// for its client holds up nobody else. Owned by the decode-loop thread.
public final class Scheduler {
    private final SchedulerSettings settings;
    private final KvCache kvCache;
    private final Consumer<Sequence> onRelease;
    private final FairQueue queue;
    private final FairQueue resumedQueue;
    private final List<Sequence> running = new ArrayList<>(); // next to prefill first
    private boolean prefilledLast;

    /// @param onRelease is told of each sequence that has ended and left its slot
    public Scheduler(SchedulerSettings settings, KvCache kvCache, Consumer<Sequence> onRelease) {
        this.settings = settings;
        this.kvCache = kvCache;
        this.onRelease = onRelease;
        this.queue = new FairQueue(settings.queueCapacity());
        this.resumedQueue = new FairQueue(settings.queueCapacity());
    }

    /// Takes a new sequence, or fails it when the queue is full.
    public void submit(Sequence sequence) {
        FairQueue line = line(sequence);
        int startable = freeSlotCount(sequence.isResumed());
        // Several may arrive before the idle slots are given out.
        int waiting = line.size() - startable;
        if (sequence.isComplete()) {
            sequence.accept(0, 0);
            sequence.finish();
        } else if (!line.hasRoom(queuingShare(sequence), startable)) {
            sequence.fail(new ServingException(
                    ErrorCode.OVERLOADED,
                    "All " + (kvCache.slotCount() - settings.resumeSlots()) + " places are taken and "
                            + Math.max(0, waiting)
                            + " requests wait already, too many of them of this key or altogether: try again later."));
        } else {
            if (waiting >= 0) {
                sequence.accept(waiting + 1, 0);
            }
            line.add(sequence);
        }
    }

    private FairQueue line(Sequence sequence) {
        return sequence.isResumed() ? resumedQueue : queue;
    }

    /// What other decoders have lost was within its key's bounds there, and may all be of one key.
    private static Share queuingShare(Sequence sequence) {
        return sequence.isResumed() ? Share.NOBODYS : sequence.request().share();
    }

    /// Slots that the next sequences of this sort may have now.
    private int freeSlotCount(boolean resumed) {
        int idle = kvCache.idleCount();
        int resumedRunning = resumedRunningCount();
        if (!resumed) {
            int own = kvCache.slotCount() - settings.resumeSlots();
            return Math.min(idle, own - (running.size() - resumedRunning));
        }
        return queue.size() == 0 ? idle : Math.clamp(settings.resumeSlots() - resumedRunning, 0, idle);
    }

    private int resumedRunningCount() {
        return (int) running.stream().filter(Sequence::isResumed).count();
    }

    /// Gives a slot to the sequence whose turn it is, a resumed one before a new one. Whatever its lease says to copy
    /// must be copied before the next call.
    ///
    /// @return empty when none waits or no slot is idle
    public Optional<Sequence> admitNext() {
        Optional<Sequence> resumed = freeSlotCount(true) > 0 ? resumedQueue.peek() : Optional.empty();
        if (resumed.isPresent()) {
            return admit(resumed.get());
        }
        return freeSlotCount(false) > 0 ? queue.peek().flatMap(this::admit) : Optional.empty();
    }

    private Optional<Sequence> admit(Sequence sequence) {
        Optional<SlotLease> lease = kvCache.lease(sequence.keys());
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        sequence.start(lease.get());
        line(sequence).start(sequence, sequence.missingRows());
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
                ? Math.min(settings.prefillChunkRows(), DecoderLimits.MAX_LOGITS_ROWS)
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
            case DecodeBatch decode ->
                decode.sequences().forEach(sequence -> {
                    extend(sequence, 1);
                    line(sequence).charge(sequence, 1);
                });
        }
    }

    private void extend(Sequence sequence, int rowCount) {
        sequence.extend(rowCount);
        kvCache.extend(sequence.slot(), rowCount);
    }

    /// Ends a running sequence whose KV cache rows cannot be trusted.
    public void discard(Sequence sequence, ServingException reason) {
        if (!sequence.hasEnded()) {
            sequence.fail(reason);
        }
        running.remove(sequence);
        kvCache.discard(sequence.slot());
        released(sequence);
    }

    /// Says that an idle sequence could not be saved.
    public void forget(Swap.Save lost) {
        kvCache.forget(lost);
    }

    /// Ends a sequence early, wherever it is. Without effect when it has ended.
    public void abort(Sequence sequence, ServingException reason) {
        if (!sequence.hasEnded()) {
            sequence.fail(reason);
            line(sequence).remove(sequence);
        }
        releaseIfEnded(sequence);
    }

    /// Takes back the slot of a sequence that has ended.
    public void releaseIfEnded(Sequence sequence) {
        if (sequence.hasEnded() && running.remove(sequence)) {
            kvCache.release(sequence.slot());
            released(sequence);
        }
    }

    /// What was charged for its prompt and not computed is given back.
    private void released(Sequence sequence) {
        line(sequence).charge(sequence, -sequence.missingRows());
        line(sequence).end(sequence);
        onRelease.accept(sequence);
    }

    /// Ends sequences that have waited too long for a slot, for their media rows, or for their client.
    public void expire(long nanoTime) {
        for (Sequence sequence : waiting()) {
            if (isOver(sequence.times().age(nanoTime), settings.queueTimeout())) {
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

    private List<Sequence> waiting() {
        return Stream.concat(resumedQueue.waiting().stream(), queue.waiting().stream())
                .toList();
    }

    private static boolean isOver(Duration waited, Duration limit) {
        return waited.compareTo(limit) > 0;
    }

    /// Shares of which the queue knows something.
    int shareCount() {
        return queue.shareCount();
    }

    public int queuedCount() {
        return queue.size() + resumedQueue.size();
    }

    /// Those in slots, as they are now.
    public List<Sequence> running() {
        return List.copyOf(running);
    }

    public int runningCount() {
        return running.size();
    }

    /// Ends everything, for shutdown.
    public void abortAll(ServingException reason) {
        waiting().forEach(sequence -> abort(sequence, reason));
        List.copyOf(running).forEach(sequence -> abort(sequence, reason));
    }

    /// Checks what must hold between any two events; for tests and idle time.
    ///
    /// @throws IllegalStateException that names what is wrong
    public void checkIntegrity() {
        kvCache.checkIntegrity();
        int resumedRunning = resumedRunningCount();
        resumedQueue.checkIntegrity(resumedRunning);
        queue.checkIntegrity(running.size() - resumedRunning);
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
