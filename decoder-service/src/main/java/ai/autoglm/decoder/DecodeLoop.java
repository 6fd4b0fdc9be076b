package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.model.Logits;
import ai.autoglm.decoder.sampling.LogprobReader;
import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.sampling.Sampler;
import ai.autoglm.decoder.schedule.Batch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.Sequence;
import ai.autoglm.decoder.schedule.SequenceTimes;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that owns all sequences and runs the model. Others reach it by messages only, and it
/// waits for nobody: not for rows, not for a client that reads slowly.
public final class DecodeLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeLoop.class);
    /// How late a paused sequence may notice that its client reads again, and a limit that it has passed.
    private static final Duration RECHECK = Duration.ofMillis(50);

    private static final String MODEL_FAILED = "The model failed to compute this answer.";
    private static final String INTERNAL_ERROR = "The decoder had an internal error.";

    private sealed interface Message {
        record Submitted(Sequence sequence) implements Message {}

        record RowsArrived(Sequence sequence, MediaRowChunk rows) implements Message {}

        record RowsEnded(Sequence sequence) implements Message {}

        record Aborted(Sequence sequence, ServingException reason) implements Message {}

        record Closed() implements Message {}
    }

    private final BlockingQueue<Message> mailbox = new LinkedBlockingQueue<>();
    private final Scheduler scheduler;
    private final BatchRunner runner;
    private final Sampler sampler;
    private final LogprobReader logprobs;
    private final float[] logitsRow; // [vocabulary]
    private final DecoderMetrics metrics;
    private final LongSupplier nanoClock;
    private final Pulse pulse;
    private final Thread thread;
    private volatile boolean closed;

    /// @param runner closed with the loop
    /// @param nanoClock [System#nanoTime], or a test's
    public DecodeLoop(Scheduler scheduler, BatchRunner runner, DecoderMetrics metrics, LongSupplier nanoClock) {
        this.scheduler = scheduler;
        this.runner = runner;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        pulse = new Pulse(nanoClock);
        sampler = new Sampler(runner.vocabularySize());
        logprobs = new LogprobReader(runner.vocabularySize());
        logitsRow = new float[runner.vocabularySize()];
        // A platform thread: native code would pin a virtual one's carrier.
        thread = Thread.ofPlatform().name("decode-loop").unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    /// Hands a generation to the loop. Its first event says whether it was taken.
    ///
    /// @throws ServingException INVALID_VALUE when it cannot be answered within its grammar
    public Generation submit(GenerationRequest request) {
        Sequence sequence = new Sequence(request, runner.vocabularySize(), nanoClock.getAsLong());
        post(new Message.Submitted(sequence));
        return new MailboxGeneration(sequence);
    }

    /// How long the loop has been at one run of the engine, at anything else that it does between two messages, or
    /// at rest although there is one.
    public Duration busyFor() {
        return pulse.busyFor();
    }

    /// One round: hear what is new, give out slots, run one batch, publish its tokens.
    ///
    /// @return false when there was nothing to run
    boolean step() {
        pulse.beat();
        receive();
        scheduler.expire(nanoClock.getAsLong());
        admit();
        Optional<Batch> batch = scheduler.next();
        batch.ifPresent(this::process);
        metrics.observe(scheduler);
        return batch.isPresent();
    }

    private void post(Message message) {
        pulse.call();
        mailbox.add(message);
    }

    private void receive() {
        for (Message message = mailbox.poll(); message != null; message = mailbox.poll()) {
            handle(message);
        }
    }

    private void handle(Message message) {
        switch (message) {
            case Message.Submitted(Sequence sequence) -> scheduler.submit(sequence);
            case Message.RowsArrived(Sequence sequence, MediaRowChunk rows) ->
                abortOnError(sequence, () -> addRows(sequence, rows));
            case Message.RowsEnded(Sequence sequence) -> abortOnError(sequence, sequence.mediaRows()::end);
            case Message.Aborted(Sequence sequence, ServingException reason) -> scheduler.abort(sequence, reason);
            case Message.Closed() -> closed = true;
        }
    }

    private void addRows(Sequence sequence, MediaRowChunk rows) {
        sequence.mediaRows().add(rows);
        if (!sequence.awaitsRows()) {
            sequence.times().rowsComplete(nanoClock.getAsLong());
        }
    }

    private void abortOnError(Sequence sequence, Runnable change) {
        if (sequence.hasEnded()) {
            return;
        }
        try {
            change.run();
        } catch (ServingException e) {
            scheduler.abort(sequence, e);
        }
    }

    private void admit() {
        Optional<Sequence> admitted = scheduler.admitNext();
        while (admitted.isPresent()) {
            Sequence sequence = admitted.get();
            prepare(sequence);
            admitted = scheduler.admitNext();
        }
    }

    /// What cannot be brought to its slot fails alone.
    private void prepare(Sequence sequence) {
        SlotLease lease = Objects.requireNonNull(sequence.lease());
        try {
            runner.prepare(lease, sequence.prompt()).forEach(scheduler::forget);
        } catch (EngineException e) {
            LOG.error(
                    "A slot could not be prepared: request {}",
                    sequence.request().requestId(),
                    e);
            failed(List.of(sequence), e);
            return;
        }
        sequence.times().slot(nanoClock.getAsLong());
        metrics.admitted(sequence);
    }

    private void process(Batch batch) {
        long start = nanoClock.getAsLong();
        Logits logits;
        try {
            logits = runner.run(batch);
        } catch (RuntimeException e) {
            failed(batch, e);
            return;
        }
        long engineNanos = nanoClock.getAsLong() - start;
        batch.sequences()
                .forEach(sequence ->
                        sequence.times().engine(engineNanos / batch.sequences().size()));
        scheduler.completed(batch);
        if (batch instanceof PrefillBatch prefill && prefill.sequence().scoresPrompt()) {
            score(prefill, logits);
        }
        sample(batch, logits);
        metrics.completed(batch, Duration.ofNanos(nanoClock.getAsLong() - start));
    }

    /// Tells how likely the prompt's tokens were after the rows that have run.
    private void score(PrefillBatch batch, Logits logits) {
        Sequence sequence = batch.sequence();
        TokenIds prompt = sequence.request().prompt().tokenIds();
        int topCount = Objects.requireNonNull(sequence.request().promptLogprobsCount());
        int end = Math.min(batch.endRow(), prompt.size() - 1);
        List<PromptTokenLogprob> scores = new ArrayList<>();
        try {
            for (int row = batch.firstRow(); row < end; row++) {
                logits.copyRow(row - batch.firstRow(), logitsRow);
                scores.add(logprobs.ofPrompt(logitsRow, prompt.at(row + 1), topCount));
            }
            sequence.score(batch.firstRow() + 1, scores);
        } catch (ServingException e) {
            discard(sequence, e.message());
        }
    }

    private void failed(Batch batch, RuntimeException failure) {
        LOG.error("A batch failed: requests {}", requestIds(batch), failure);
        metrics.batchFailed();
        failed(batch.sequences(), failure);
    }

    /// Without its device the process is about to end: nobody's answer can be finished here.
    private void failed(List<Sequence> sequences, RuntimeException failure) {
        if (failure instanceof EngineException engine && engine.isDeviceLost()) {
            scheduler.abortAll(new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder has lost its device."));
        } else {
            sequences.forEach(sequence -> discard(sequence, MODEL_FAILED));
        }
    }

    private void sample(Batch batch, Logits logits) {
        List<Sequence> sequences = batch.sequences();
        for (int index = 0; index < sequences.size(); index++) {
            Sequence sequence = sequences.get(index);
            if (sequence.hasEnded()) {
                continue;
            }
            logits.copyRow(batch.logitsRow(index), logitsRow);
            if (sequence.wantsToken()) {
                appendToken(sequence);
                scheduler.releaseIfEnded(sequence);
            } else {
                discardUnlessFinite(sequence);
            }
        }
    }

    /// A row that is not finite shows in every later one: a chunk's last tells whether the slot holds any. Whoever ends
    /// without a token leaves its rows to others.
    private void discardUnlessFinite(Sequence sequence) {
        try {
            LogprobReader.requireFinite(logitsRow);
        } catch (ServingException e) {
            discard(sequence, e.message());
        }
    }

    /// What fails while a token is drawn or appended ends its own sequence only.
    private void appendToken(Sequence sequence) {
        GenerationRequest request = sequence.request();
        try {
            SampledToken token = sampler.sample(
                    logitsRow,
                    request.sampling(),
                    request.stop(),
                    sequence.history(),
                    sequence.allowedTokens(),
                    request.logprobsCount());
            append(sequence, token);
        } catch (ServingException e) {
            if (e.code() == ErrorCode.INTERNAL) {
                discard(sequence, e.message());
            } else {
                scheduler.abort(sequence, e);
            }
        } catch (RuntimeException e) {
            LOG.error("No token could be appended: request {}", request.requestId(), e);
            discard(sequence, INTERNAL_ERROR);
        }
    }

    /// A grammar that cannot be followed any further ends its own sequence only.
    private void append(Sequence sequence, SampledToken token) {
        long start = nanoClock.getAsLong();
        if (sequence.times().token(start)) {
            metrics.firstToken(sequence);
        }
        try {
            sequence.append(token);
        } catch (ServingException e) {
            scheduler.abort(sequence, e);
        }
        if (sequence.request().grammar() != null) {
            metrics.masked(Duration.ofNanos(nanoClock.getAsLong() - start));
        }
    }

    private static String requestIds(Batch batch) {
        return batch.sequences().stream()
                .map(sequence -> sequence.request().requestId())
                .collect(Collectors.joining(", "));
    }

    private void discard(Sequence sequence, String reason) {
        scheduler.discard(sequence, new ServingException(ErrorCode.INTERNAL, reason));
        runner.clear(sequence.slot());
    }

    private void loop() {
        while (!closed) {
            try {
                if (!step() && !closed) {
                    awaitMessage();
                }
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException e) {
                // A bug: no sequence and none of their rows can be trusted, but the next ones can be served.
                LOG.error("The decode loop failed", e);
                scheduler.running().forEach(sequence -> discard(sequence, INTERNAL_ERROR));
                scheduler.abortAll(new ServingException(ErrorCode.INTERNAL, INTERNAL_ERROR));
            }
        }
        receive();
        scheduler.abortAll(new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down."));
        runner.close();
    }

    private void awaitMessage() throws InterruptedException {
        boolean busy = scheduler.runningCount() + scheduler.queuedCount() > 0;
        Message message = busy ? mailbox.poll(RECHECK.toNanos(), TimeUnit.NANOSECONDS) : takeWhenIdle();
        pulse.beat();
        if (message != null) {
            handle(message);
        }
    }

    private Message takeWhenIdle() throws InterruptedException {
        scheduler.checkIntegrity();
        pulse.rest();
        return mailbox.take();
    }

    /// Fails all sequences and frees the model, once the batch under way is done.
    @Override
    public void close() {
        post(new Message.Closed());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class MailboxGeneration implements Generation {
        private final Sequence sequence;

        MailboxGeneration(Sequence sequence) {
            this.sequence = sequence;
        }

        @Override
        public void addRows(MediaRowChunk rows) {
            sequence.budget().acquire(rows.bytes());
            post(new Message.RowsArrived(sequence, rows));
        }

        @Override
        public void endRows() {
            post(new Message.RowsEnded(sequence));
        }

        @Override
        public @Nullable DecodeEvent nextEvent(Duration patience) throws InterruptedException {
            return sequence.events().poll(patience);
        }

        @Override
        public int prefilledTokenCount() {
            return sequence.prefilledTokenCount();
        }

        @Override
        public SequenceTimes times() {
            return sequence.times();
        }

        @Override
        public void abort(ServingException reason) {
            post(new Message.Aborted(sequence, reason));
        }
    }
}
