package ai.autoglm.decoder.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What keys may rely on, whatever others send: random requests against the scheduler, without a model.
class FairnessTest {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final int SLOTS = 4;
    private static final int MAX_PROMPT = 60;
    private static final int MAX_ANSWER = 40;

    private Scheduler scheduler = scheduler(1000);
    private final List<Sequence> submitted = new ArrayList<>();
    private final List<Sequence> started = new ArrayList<>();
    private final Map<String, Integer> servedTokens = new HashMap<>();

    /// *No starvation*: while a key waits, another is served at most what fits into the slots twice.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aKeyThatFloodsTheQueueCannotStarveAnother(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            submit(random, "flood", 1);
        }
        run(random.nextInt(300));
        for (int request = 0; request < 20; request++) {
            Sequence modest = submit(random, "modest", 1);
            int before = served("flood");
            while (!started.contains(modest)) {
                run(1);
            }
            assertThat(served("flood") - before).isLessThanOrEqualTo(2 * SLOTS * (MAX_PROMPT + MAX_ANSWER));
            submit(random, "flood", 1);
            run(random.nextInt(200));
        }
    }

    /// *Proportional shares*: keys that always wait are served by their weights, but for what fits into the slots.
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 1, 4", "3, 10, 1", "4, 3, 2", "5, 1, 1", "6, 16, 1"})
    void keysThatAlwaysWaitAreServedByTheirWeights(long seed, int firstWeight, int secondWeight) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 400; i++) {
            submit(random, "first", firstWeight);
            submit(random, "second", secondWeight);
        }
        while (waiting("first") > 0 && waiting("second") > 0) {
            run(1);
        }

        double first = (double) served("first") / firstWeight;
        double second = (double) served("second") / secondWeight;
        int leastWeight = Math.min(firstWeight, secondWeight);
        assertThat(Math.abs(first - second)).isLessThanOrEqualTo(2.0 * SLOTS * (MAX_PROMPT + MAX_ANSWER) / leastWeight);
    }

    /// *No credit for absence*: who comes back is served like everybody else, however long it was away.
    @Test
    void aKeyThatWasAwayBringsNoCredit() {
        SplittableRandom random = new SplittableRandom(1);
        submit(random, "away", 1);
        for (int i = 0; i < 600; i++) {
            submit(random, "always", 1);
        }
        run(1500);
        for (int i = 0; i < 100; i++) {
            submit(random, "away", 1);
        }
        int before = served("always");
        int awayBefore = served("away");
        run(300);
        assertThat(Math.min(waiting("always"), waiting("away")))
                .as("both still wait")
                .isPositive();

        assertThat(served("always") - before)
                .isCloseTo(served("away") - awayBefore, Offset.offset(2 * SLOTS * (MAX_PROMPT + MAX_ANSWER)));
    }

    /// *Work conserving*: no slot is idle while somebody waits. *Order*: a key's requests start in the order of their
    /// arrival. *No leak*: nothing is remembered of keys when nobody is there.
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void slotsAreUsedOrderIsKeptAndNothingIsLeftBehind(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int event = 0; event < 2000; event++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> submit(random, "key-" + random.nextInt(50), 1 + random.nextInt(5));
                case 2 -> {
                    if (!submitted.isEmpty()) {
                        scheduler.abort(submitted.get(random.nextInt(submitted.size())), gone());
                    }
                }
                default -> run(1);
            }
            admit();
            assertThat(scheduler.queuedCount() == 0 || scheduler.runningCount() == SLOTS)
                    .as("no slot is idle while somebody waits")
                    .isTrue();
            scheduler.checkIntegrity();
        }
        Map<String, Integer> lastStarted = new HashMap<>();
        for (Sequence sequence : started) {
            int number = submitted.indexOf(sequence);
            assertThat(number).isGreaterThan(lastStarted.getOrDefault(key(sequence), -1));
            lastStarted.put(key(sequence), number);
        }
        run(100_000);
        assertThat(scheduler.queuedCount() + scheduler.runningCount()).isZero();
        assertThat(scheduler.shareCount()).isZero();
    }

    /// *Bounded state*: keys that come and go while another is always there are forgotten.
    @Test
    void keysThatComeAndGoAreForgotten() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 3 * FairQueue.MAX_ABSENT; i++) {
            if (i % 3 == 0) {
                submit(random, "always", 1);
            }
            Sequence passing = submit(random, "key-" + i, 1);
            run(1);
            scheduler.abort(passing, gone());
            scheduler.checkIntegrity();
            assertThat(scheduler.shareCount())
                    .isLessThanOrEqualTo(FairQueue.MAX_ABSENT + scheduler.queuedCount() + SLOTS + 1);
        }
    }

    @Test
    void aKeyCannotTakeTheWholeQueue() {
        scheduler = scheduler(20);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            submit(random, "flood", 1);
        }
        admit();
        int floodCount = scheduler.queuedCount() + scheduler.runningCount();

        Sequence modest = submit(random, "modest", 1);

        assertThat(floodCount).isBetween(16, 20);
        assertThat(modest.hasEnded()).isFalse();
        Sequence refused = submit(random, "flood", 1);
        assertThat(refused.hasEnded()).isTrue();
    }

    @Test
    void nobodyInParticularMayTakeTheWholeQueue() {
        scheduler = scheduler(20);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            submit(random, "", 1);
        }
        admit();

        assertThat(scheduler.queuedCount() + scheduler.runningCount()).isEqualTo(20 + SLOTS);
    }

    private static Scheduler scheduler(int queueCapacity) {
        return new Scheduler(
                new SchedulerSettings(16, 0, queueCapacity, PATIENCE, PATIENCE, PATIENCE), new KvCache(SLOTS), _ -> {});
    }

    private int served(String key) {
        return servedTokens.getOrDefault(key, 0);
    }

    private long waiting(String key) {
        return submitted.stream()
                .filter(sequence -> key(sequence).equals(key))
                .filter(sequence -> !sequence.hasEnded() && sequence.lease() == null)
                .count();
    }

    private static String key(Sequence sequence) {
        return sequence.request().share().id();
    }

    private void admit() {
        Optional<Sequence> admitted = scheduler.admitNext();
        while (admitted.isPresent()) {
            started.add(admitted.get());
            admitted = scheduler.admitNext();
        }
    }

    private void run(int stepCount) {
        for (int step = 0; step < stepCount; step++) {
            admit();
            Optional<Batch> batch = scheduler.next();
            if (batch.isEmpty()) {
                return;
            }
            complete(batch.get());
        }
    }

    private void complete(Batch batch) {
        scheduler.completed(batch);
        for (Sequence sequence : batch.sequences()) {
            int tokenCount = batch instanceof Batch.PrefillBatch prefill ? prefill.rowCount() : 1;
            servedTokens.merge(key(sequence), tokenCount, Integer::sum);
            if (sequence.wantsToken()) {
                sequence.append(new SampledToken(1, null, List.of()));
                drain(sequence);
                scheduler.releaseIfEnded(sequence);
            }
        }
    }

    private static void drain(Sequence sequence) {
        try {
            while (sequence.events().poll(Duration.ZERO) != null) {
                // The client reads.
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Sequence submit(SplittableRandom random, String key, int weight) {
        int answer = 1 + random.nextInt(MAX_ANSWER);
        GenerationRequest request = new GenerationRequest(
                "request-" + submitted.size(),
                new FusedPrompt(List.of(new TokenRun(true, TokenIds.of(new int[1 + random.nextInt(MAX_PROMPT)])))),
                SamplingParameters.greedy(),
                new StopConditions(answer, answer, Set.of(), Set.of()),
                TokenIds.empty(),
                false,
                "salt-" + submitted.size(),
                null,
                null,
                null,
                new Share(key, weight));
        Sequence sequence = new Sequence(request, 10, submitted.size());
        submitted.add(sequence);
        scheduler.submit(sequence);
        return sequence;
    }

    private static ServingException gone() {
        return new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "gone");
    }
}
