package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.sampling.TokenRestrictions;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Share;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Random events against the loop: requests that share beginnings, rows that come late, clients that
/// leave or do not read, an engine that fails. Whatever happens, a client reads the tokens that its
/// request must give, in order, and no slot is lost.
class DecodeLoopSimulationTest {
    private static final int IMAGE_ID = 38;
    private static final int EVENT_COUNT = 1500;

    private final List<ClientSimulation> clients = new ArrayList<>();
    private int requestCount;
    private boolean timePassed;
    private boolean engineFailed;

    @BeforeAll
    static void expectFailures() {
        Logger.getLogger(DecodeLoop.class.getName()).setLevel(Level.OFF);
    }

    @AfterAll
    static void expectNoFailures() {
        Logger.getLogger(DecodeLoop.class.getName()).setLevel(null);
    }

    @ParameterizedTest
    @CsvSource({
        "HOST,1,1,4,16",
        "HOST,2,2,7,16",
        "HOST,3,3,64,4",
        "HOST,4,8,5,16",
        "HOST,5,4,256,2",
        "HOST,6,8,64,16",
        "HOST,7,3,16,0",
        "HOST,8,5,3,8",
        "GPU,1,1,4,16",
        "GPU,2,2,7,16",
        "GPU,3,3,64,4",
        "GPU,4,8,5,16",
        "GPU,6,8,64,16",
        "GPU,8,5,3,8"
    })
    void everyClientReadsWhatItsRequestMustGive(
            FakeEngines engines, long seed, int slotCount, int chunkRows, int queueCapacity)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        try (FakeDecoder decoder = new FakeDecoder(engines, slotCount, chunkRows, queueCapacity)) {
            for (int event = 0; event < EVENT_COUNT; event++) {
                happen(decoder, random);
                decoder.scheduler.checkIntegrity();
            }
            settle(decoder, random);
            assertThat(decoder.deviceFailures).isEmpty();
            if (engines == FakeEngines.GPU) {
                assertThat(decoder.gpu.launchCount())
                        .as("decode runs are captured")
                        .isPositive();
            }
            assertThat(decoder.kvCache.activeCount()).as("no slot is lost").isZero();
            assertThat(decoder.scheduler.queuedCount())
                    .as("nobody is forgotten")
                    .isZero();
        }
        assertThat(clients).as("everybody hears an end").allMatch(ClientSimulation::hasEnded);
        assertThat(clients).as("somebody succeeds").anyMatch(client -> client.failure() == null);
        assertThat(clients).as("prompts are scored").anyMatch(ClientSimulation::wasScored);
        assertThat(clients).as("prefixes are shared").anyMatch(ClientSimulation::hadCachedRows);
    }

    @Test
    void aLostDeviceSendsEverybodyElsewhere() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(9);
        try (FakeDecoder decoder = new FakeDecoder(FakeEngines.GPU, 3, 64, 8)) {
            for (int count = 0; count < 5; count++) {
                ClientSimulation client = new ClientSimulation(decoder, request(random));
                clients.add(client);
                while (client.wantsRows()) {
                    client.sendRows(random);
                }
            }
            decoder.gpu.failNext("enqueueV3");
            decoder.finish();
            for (ClientSimulation client : clients) {
                client.read();
            }
            assertThat(decoder.deviceFailures).hasSize(1);
            assertThat(decoder.kvCache.activeCount()).isZero();
        }
        assertThat(clients).extracting(ClientSimulation::failure).containsOnly(ErrorCode.BACKEND_UNAVAILABLE);
    }

    @Test
    void whatHostMemoryIsTooShortForIsForgottenAndNobodyNotices() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(10);
        try (FakeDecoder decoder = new FakeDecoder(FakeEngines.GPU, 1, 64, 8)) {
            decoder.gpu.refusePinnedMemory(true);
            for (int count = 0; count < 6; count++) {
                ClientSimulation client = new ClientSimulation(decoder, request(random));
                clients.add(client);
                settle(decoder, random);
                assertThat(client.failure()).isNull();
            }
            assertThat(decoder.kvCache.savedRowCount()).isZero();
            assertThat(decoder.deviceFailures).isEmpty();
        }
    }

    @Test
    void aSlotThatCannotBePreparedFailsItsOwnSequenceOnly() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(11);
        try (FakeDecoder decoder = new FakeDecoder(FakeEngines.GPU, 2, 64, 8)) {
            for (int count = 0; count < 12; count++) {
                decoder.gpu.refuseNext("cudaMemcpy2DAsync");
                clients.add(new ClientSimulation(decoder, request(random)));
                settle(decoder, random);
            }
            assertThat(decoder.deviceFailures).isEmpty();
            assertThat(decoder.kvCache.activeCount()).isZero();
        }
        assertThat(clients).extracting(ClientSimulation::failure).contains(ErrorCode.INTERNAL);
        assertThat(clients).as("the rest is served").anyMatch(client -> client.failure() == null);
    }

    @ParameterizedTest
    @EnumSource(FakeEngines.class)
    void aPromptThatOverflowsLeavesNothingToWhoHasItsSlotNext(FakeEngines engines) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(12);
        try (FakeDecoder decoder = new FakeDecoder(engines, 1, 4, 8)) {
            ClientSimulation first = new ClientSimulation(decoder, longPrompt(random));
            clients.add(first);
            decoder.graph.overflowNext();
            decoder.loop.step();
            first.cancel();
            ClientSimulation next = new ClientSimulation(decoder, longPrompt(random));
            clients.add(next);
            settle(decoder, random);
            assertThat(first.failure()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(next.failure()).isNull();
        }
    }

    /// Of five chunks.
    private static GenerationRequest longPrompt(SplittableRandom random) {
        return GreedyRequest.of(
                "long",
                new FusedPrompt(List.of(new TokenRun(true, tokens(random, 20)))),
                new StopConditions(2, 0, Set.of(), Set.of()),
                "");
    }

    @Test
    void aFaultWhileATokenIsDrawnEndsItsOwnSequenceOnly() throws InterruptedException {
        try (FakeDecoder decoder = new FakeDecoder(FakeEngines.HOST, 2, 64, 8)) {
            Generation failing = decoder.loop.submit(greedy("a", FakeGraphs.VOCABULARY));
            Generation other = decoder.loop.submit(greedy("b", 0));
            decoder.finish();
            assertThat(last(failing))
                    .isInstanceOfSatisfying(
                            DecodeEvent.Failed.class,
                            failed -> assertThat(failed.error().code()).isEqualTo(ErrorCode.INTERNAL));
            assertThat(last(other)).isInstanceOf(DecodeEvent.Finished.class);

            Generation again = decoder.loop.submit(greedy("a", 0));
            decoder.finish();
            assertThat(last(again))
                    .isInstanceOfSatisfying(
                            DecodeEvent.Finished.class,
                            finished -> assertThat(finished.cachedTokenCount())
                                    .as("its rows are not trusted")
                                    .isZero());
        }
    }

    private static GenerationRequest greedy(String salt, int endOfSequenceId) {
        return GreedyRequest.of(
                "request",
                new FusedPrompt(List.of(new TokenRun(true, TokenIds.of(new int[20])))),
                new StopConditions(3, 3, Set.of(endOfSequenceId), Set.of()),
                salt);
    }

    private static @Nullable DecodeEvent last(Generation generation) throws InterruptedException {
        DecodeEvent last = null;
        for (DecodeEvent event = generation.nextEvent(Duration.ZERO);
                event != null;
                event = generation.nextEvent(Duration.ZERO)) {
            last = event;
        }
        return last;
    }

    private void happen(FakeDecoder decoder, SplittableRandom random) throws InterruptedException {
        switch (random.nextInt(40)) {
            case 0, 1, 2 -> clients.add(new ClientSimulation(decoder, request(random)));
            case 3 -> pick(random).ifPresentOrElse(ClientSimulation::cancel, () -> {});
            case 4 -> pick(random).ifPresent(client -> client.reads = !client.reads);
            case 5 -> {
                if (random.nextInt(5) == 0) {
                    decoder.graph.failNext();
                    engineFailed = true;
                }
            }
            case 6 -> {
                boolean longTime = random.nextInt(20) == 0;
                timePassed |= longTime;
                decoder.nanoTime += longTime ? FakeDecoder.PATIENCE.toNanos() + 1 : 1_000_000;
            }
            case 7, 8, 9, 10, 11, 12 ->
                pick(random).filter(ClientSimulation::wantsRows).ifPresent(client -> client.sendRows(random));
            default -> decoder.loop.step();
        }
        for (ClientSimulation client : clients) {
            if (client.reads && !client.hasEnded()) {
                client.read();
                checkFailure(client);
            }
        }
    }

    private Optional<ClientSimulation> pick(SplittableRandom random) {
        List<ClientSimulation> alive =
                clients.stream().filter(client -> !client.hasEnded()).toList();
        return alive.isEmpty() ? Optional.empty() : Optional.of(alive.get(random.nextInt(alive.size())));
    }

    private void checkFailure(ClientSimulation client) {
        ErrorCode failure = client.failure();
        if (failure == null) {
            return;
        }
        switch (failure) {
            case CLIENT_CLOSED_REQUEST -> assertThat(client.cancelled).isTrue();
            case TIMEOUT -> assertThat(timePassed).isTrue();
            case INTERNAL -> assertThat(engineFailed).isTrue();
            default -> assertThat(failure).isEqualTo(ErrorCode.OVERLOADED);
        }
    }

    /// Everybody reads and sends all rows; then the loop must come to rest.
    private void settle(FakeDecoder decoder, SplittableRandom random) throws InterruptedException {
        for (ClientSimulation client : clients) {
            client.reads = true;
            while (!client.hasEnded() && client.wantsRows()) {
                client.sendRows(random);
            }
        }
        boolean working = true;
        while (working) {
            working = decoder.loop.step();
            for (ClientSimulation client : clients) {
                client.read();
            }
        }
        decoder.scheduler.checkIntegrity();
    }

    private GenerationRequest request(SplittableRandom random) {
        // Few different beginnings, so that prefixes are shared.
        SplittableRandom shared = new SplittableRandom(random.nextInt(4));
        List<PromptSegment> segments = new ArrayList<>();
        int sharedCount = random.nextInt(4);
        for (int index = 0; index < sharedCount; index++) {
            segments.add(segment(shared));
        }
        segments.add(segment(random));
        segments.add(new TokenRun(true, TokenIds.of(1, 2, 3)));
        int maxTokens = 1 + random.nextInt(60);
        StopConditions stop = new StopConditions(
                maxTokens, random.nextInt(Math.min(maxTokens, 5)), Set.of(0), Set.of(1 + random.nextInt(30)));
        SamplingParameters sampling = new SamplingParameters(
                random.nextBoolean() ? 0 : 1,
                0.9f,
                random.nextInt(3) * 5,
                0,
                random.nextLong(),
                0,
                0.2f,
                1.1f,
                Map.of(),
                random.nextInt(4) == 0 ? restrictions(random) : TokenRestrictions.NONE);
        TokenIds generated = random.nextInt(4) == 0 ? tokens(random, random.nextInt(maxTokens + 1)) : TokenIds.empty();
        String salt = random.nextInt(6) == 0 ? "tenant" : "";
        Integer scored = random.nextInt(5) == 0 ? (Integer) random.nextInt(4) : null;
        return new GenerationRequest(
                "request-" + requestCount++,
                new FusedPrompt(segments),
                sampling,
                stop,
                generated,
                random.nextInt(3) == 0,
                salt,
                null,
                scored,
                null,
                new Share("key-" + random.nextInt(3), 1 + random.nextInt(3)));
    }

    /// Of which something is always left.
    private static TokenRestrictions restrictions(SplittableRandom random) {
        TokenMask allowed = random.nextBoolean()
                ? null
                : TokenMask.all(FakeGraphs.VOCABULARY)
                        .without(IntStream.range(0, random.nextInt(30)).boxed().toList());
        return new TokenRestrictions(allowed, List.of(tokens(random, 1), tokens(random, 2), tokens(random, 3)));
    }

    private static PromptSegment segment(SplittableRandom random) {
        boolean fused = random.nextInt(4) > 0;
        return switch (random.nextInt(3)) {
            case 0 -> new MediaRun(fused, "image-" + random.nextInt(5), IMAGE_ID, new PositionRun.ImageRun(2, 3));
            case 1 -> new MediaRun(fused, "audio-" + random.nextInt(5), IMAGE_ID, new PositionRun.TextRun(9));
            default -> new TokenRun(fused, tokens(random, 1 + random.nextInt(30)));
        };
    }

    private static TokenIds tokens(SplittableRandom random, int count) {
        return TokenIds.of(random.ints(count, 1, FakeGraphs.VOCABULARY - 2).toArray());
    }
}
