package ai.autoglm.decoder.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// One letter a batch: `p` a chunk of the first sequence, `q` of the second, `d` a decode step.
class SchedulerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final Scheduler scheduler =
            new Scheduler(new SchedulerSettings(10, 0, 2, PATIENCE, PATIENCE, PATIENCE), new KvCache(3), _ -> {});
    private final List<Sequence> submitted = new ArrayList<>();

    @Test
    void aLongPromptAndRunningAnswersTakeTurns() {
        submit(text(5));
        admit();
        assertThat(run(3)).isEqualTo("pdd");
        submit(text(45));
        admit();
        assertThat(run(11)).isEqualTo("qdqdqdqdqdd");
    }

    @Test
    void chunksGoRoundAmongPrompts() {
        submit(text(40));
        submit(text(20));
        admit();
        assertThat(run(8)).isEqualTo("pqpqdpdp");
    }

    @Test
    void whoWaitsForRowsHoldsUpNobody() {
        Sequence waiting = submit(new MediaRun(true, "image", 7, new PositionRun.ImageRun(3, 10)));
        submit(text(20));
        admit();
        assertThat(run(4)).isEqualTo("qqdd");
        waiting.mediaRows().add(new MediaRowChunk(0, 4, FloatView.of(new float[4])));
        assertThat(scheduler.next()).contains(new PrefillBatch(waiting, 0, 4));
    }

    @Test
    void aFullBufferPausesItsSequenceOnly() {
        Sequence unread = submit(text(5));
        admit();
        assertThat(run(300)).startsWith("pdd").endsWith("--");
        assertThat(unread.events().hasRoom()).isFalse();
        submit(text(5));
        admit();
        assertThat(run(3)).isEqualTo("qdd");
        assertThat(unread.hasEnded()).isFalse();
    }

    @Test
    void dropsAClientThatDoesNotRead() {
        Sequence unread = submit(text(5));
        admit();
        assertThat(run(300)).endsWith("-");
        expireAfter(PATIENCE);
        assertThat(unread.hasEnded()).isFalse();
        scheduler.expire(PATIENCE.toNanos() + 1);
        assertThat(unread.hasEnded()).isTrue();
        assertThat(scheduler.runningCount()).isZero();
    }

    @Test
    void failsWhoWaitsTooLongForRows() throws InterruptedException {
        Sequence waiting = submit(new MediaRun(true, "image", 7, new PositionRun.ImageRun(3, 10)));
        admit();
        expireAfter(PATIENCE);
        assertThat(waiting.hasEnded()).isFalse();
        scheduler.expire(PATIENCE.toNanos() + 1);
        assertThat(lastError(waiting)).isEqualTo(ErrorCode.TIMEOUT);
        scheduler.checkIntegrity();
    }

    @Test
    void theQueueIsBoundedInLengthAndTime() throws InterruptedException {
        IntStream.range(0, 3).forEach(index -> submit(text(5)));
        admit();
        Sequence first = submit(text(5));
        Sequence second = submit(text(5));
        Sequence third = submit(text(5));
        assertThat(first.events().poll(Duration.ZERO)).isEqualTo(new DecodeEvent.Accepted(1, 0));
        assertThat(second.events().poll(Duration.ZERO)).isEqualTo(new DecodeEvent.Accepted(2, 0));
        assertThat(lastError(third)).isEqualTo(ErrorCode.OVERLOADED);
        scheduler.expire(PATIENCE.toNanos() + 1);
        assertThat(lastError(first)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(scheduler.queuedCount()).isZero();
        assertThat(scheduler.runningCount()).isEqualTo(3);
    }

    @Test
    void aFreedSlotGoesToWhoWaitsLongest() {
        IntStream.range(0, 5).forEach(index -> submit(text(5)));
        admit();
        scheduler.abort(submitted.get(1), error());
        assertThat(scheduler.admitNext()).contains(submitted.get(3));
        assertThat(scheduler.admitNext()).isEmpty();
        scheduler.checkIntegrity();
    }

    @Test
    void newSequencesNeverTakeTheSlotsOfResumedOnes() {
        Scheduler shared = reserving(1, 3);
        submit(shared, text(5), false);
        submit(shared, text(5), false);
        Sequence waiting = submit(shared, text(5), false);
        assertThat(admitted(shared)).isEqualTo(2);

        Sequence resumed = submit(shared, text(5), true);
        assertThat(shared.admitNext()).contains(resumed);

        assertThat(shared.admitNext()).isEmpty();
        assertThat(waiting.lease()).isNull();
        shared.checkIntegrity();
    }

    @Test
    void resumedSequencesTakeIdleSlotsOnlyWhileNobodyWaitsForThem() {
        Scheduler shared = reserving(1, 3);
        Sequence first = submit(shared, text(5), true);
        submit(shared, text(5), true);
        submit(shared, text(5), true);
        Sequence fourth = submit(shared, text(5), true);
        assertThat(admitted(shared)).as("nobody else is there").isEqualTo(3);

        Sequence fresh = submit(shared, text(5), false);
        shared.abort(first, error());

        assertThat(shared.admitNext())
                .as("the slot that is free again is a new sequence's")
                .contains(fresh);
        assertThat(fourth.lease()).isNull();
    }

    @Test
    void resumedSequencesHaveAQueueOfTheirOwn() throws InterruptedException {
        Scheduler shared = reserving(1, 2);
        for (int index = 0; index < 3; index++) {
            submit(shared, text(5), false);
        }
        Sequence refused = submit(shared, text(5), false);
        for (int index = 0; index < 3; index++) {
            assertThat(submit(shared, text(5), true).hasEnded()).isFalse();
        }
        Sequence refusedToo = submit(shared, text(5), true);

        assertThat(lastError(refused)).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(lastError(refusedToo)).isEqualTo(ErrorCode.OVERLOADED);
    }

    /// Invariants, whatever comes and goes: new sequences hold no more than their own slots, resumed ones wait
    /// only while their own slots are taken, and no slot is idle while somebody waits who has a right to it.
    @Test
    void neitherSortOfSequenceStarvesTheOther() {
        Random random = new Random(3);
        Scheduler shared = reserving(2, 6, 1000);
        List<Sequence> living = new ArrayList<>();
        for (int event = 0; event < 3_000; event++) {
            if (random.nextInt(100) < 55) {
                living.add(submit(shared, text(1 + random.nextInt(3)), random.nextInt(3) == 0));
            } else if (!living.isEmpty()) {
                shared.abort(living.remove(random.nextInt(living.size())), error());
            }
            admitted(shared);
            long fresh = count(living, false, true);
            long resumed = count(living, true, true);
            assertThat(fresh).isLessThanOrEqualTo(4);
            if (count(living, true, false) > 0) {
                assertThat(resumed).isGreaterThanOrEqualTo(2);
            }
            if (count(living, false, false) > 0) {
                assertThat(fresh == 4 || fresh + resumed == 6).isTrue();
            }
            shared.checkIntegrity();
        }
    }

    private static long count(List<Sequence> sequences, boolean resumed, boolean running) {
        return sequences.stream()
                .filter(sequence -> sequence.isResumed() == resumed && (sequence.lease() != null) == running)
                .count();
    }

    private static Scheduler reserving(int resumeSlots, int slotCount) {
        return reserving(resumeSlots, slotCount, 2);
    }

    private static Scheduler reserving(int resumeSlots, int slotCount, int queueCapacity) {
        return new Scheduler(
                new SchedulerSettings(10, resumeSlots, queueCapacity, PATIENCE, PATIENCE, PATIENCE),
                new KvCache(slotCount),
                _ -> {});
    }

    private static int admitted(Scheduler scheduler) {
        int count = 0;
        while (scheduler.admitNext().isPresent()) {
            count++;
        }
        return count;
    }

    private void expireAfter(Duration waited) {
        scheduler.expire(0);
        scheduler.expire(waited.toNanos());
    }

    private static ServingException error() {
        return new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "gone");
    }

    private static ErrorCode lastError(Sequence sequence) throws InterruptedException {
        for (DecodeEvent event = sequence.events().poll(Duration.ZERO);
                event != null;
                event = sequence.events().poll(Duration.ZERO)) {
            if (event instanceof DecodeEvent.Failed failed) {
                return failed.error().code();
            }
        }
        throw new AssertionError("The sequence has not failed");
    }

    private String run(int batchCount) {
        StringBuilder batches = new StringBuilder();
        for (int index = 0; index < batchCount; index++) {
            batches.append(scheduler.next().map(this::complete).orElse("-"));
            scheduler.checkIntegrity();
        }
        return batches.toString();
    }

    private String complete(Batch batch) {
        scheduler.completed(batch);
        batch.sequences().stream()
                .filter(Sequence::wantsToken)
                .forEach(sequence -> sequence.append(new SampledToken(1, null, List.of())));
        return switch (batch) {
            case PrefillBatch prefill ->
                "pqr".substring(submitted.indexOf(prefill.sequence())).substring(0, 1);
            case DecodeBatch decode -> "d";
        };
    }

    private void admit() {
        while (scheduler.admitNext().isPresent()) {
            scheduler.checkIntegrity();
        }
    }

    private Sequence submit(PromptSegment segment) {
        return submit(scheduler, segment, false);
    }

    private Sequence submit(Scheduler scheduler, PromptSegment segment, boolean resumed) {
        GenerationRequest request = new GenerationRequest(
                "request",
                new FusedPrompt(List.of(segment)),
                SamplingParameters.greedy(),
                new StopConditions(1000, 0, Set.of(), Set.of()),
                TokenIds.empty(),
                resumed,
                "salt-" + submitted.size(),
                null,
                null,
                null,
                Share.NOBODYS);
        Sequence sequence = new Sequence(request, 10, 0);
        submitted.add(sequence);
        scheduler.submit(sequence);
        return sequence;
    }

    private static PromptSegment text(int length) {
        return new TokenRun(true, TokenIds.of(new int[length]));
    }
}
