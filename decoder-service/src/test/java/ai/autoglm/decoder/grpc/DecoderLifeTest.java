package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.decoder.MiniModel;
import ai.autoglm.decoder.StallingEngine;
import ai.autoglm.decoder.grammar.CompileListener;
import ai.autoglm.decoder.grammar.LanguageCache;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.stream.Received;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.Vocabulary;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Signs of life, and the end of a decoder.
class DecoderLifeTest {
    private static final GoldenCase TEXT = GoldenCase.named("text-en");
    private static final Duration SILENCE = Duration.ofMillis(2_500);

    private final StallingEngine engine = new StallingEngine();

    @Test
    void saysNothingAnyMoreWhenItsEngineDoesNotComeBack() {
        try (TestServer server = server(3, Duration.ofMillis(1_500));
                var running = server.open(endless())) {
            readOn(running);
            assertThat(state(server)).isEqualTo(DescribeResponse.State.STATE_SERVING);

            stall();
            try (var late = server.open(lively(TestServer.start(TEXT)))) {
                assertThat(late.responses().receive(TestServer.PATIENCE))
                        .as("a sign of life before the acceptance, while the run may still end")
                        .hasValueSatisfying(
                                first -> assertThat(first.hasProgress()).isTrue());
                assertThat(afterSilence(late)).isInstanceOf(Received.Nothing.class);
                assertThat(state(server)).isEqualTo(DescribeResponse.State.STATE_STALLED);

                engine.goOn();
                assertThat(ids(TestServer.complete(late, List.of()))).isEqualTo(TEXT.greedyIds());
                assertThat(state(server)).isEqualTo(DescribeResponse.State.STATE_SERVING);
            } finally {
                engine.goOn();
            }
        }
    }

    @Test
    void anOlderClientIsToldNothingBeforeItsAcceptance() {
        try (TestServer server = server(3, Duration.ofMinutes(1));
                var running = server.open(endless())) {
            readOn(running);
            stall();
            try (var older = server.open(TestServer.start(TEXT).build())) {
                assertThat(older.responses().await(SILENCE)).isInstanceOf(Received.Nothing.class);
            } finally {
                engine.goOn();
            }
        }
    }

    @Test
    void aClientHearsOfTheDecoderWhileItsGrammarIsCompiled() {
        var grammar = Grammar.newBuilder().setRegex("[ab]{3}");
        try (TestServer server =
                        new TestServer(TestConfig.defaults(), engine, decoder -> compilingSlowly(decoder, SILENCE));
                var call = server.open(lively(TestServer.start(TEXT).setGrammar(grammar)))) {
            List<GenerateResponse> before = messagesUntil(call, GenerateResponse::hasAccepted);

            assertThat(before)
                    .as("signs of life, one a second")
                    .hasSizeGreaterThan(2)
                    .first()
                    .matches(GenerateResponse::hasProgress);
        }
    }

    @Test
    void handsBackWhatRunsAndLetsItRunWhereThereIsNoElsewhere() throws InterruptedException {
        TestServer server = server(3, Duration.ofMinutes(1));
        var moved = server.open(endless());
        var older = server.open(endless().toBuilder().setClientLevel(0).build());
        awaitToken(moved);
        awaitToken(older);

        server.service().drain();
        assertThat(state(server)).isEqualTo(DescribeResponse.State.STATE_DRAINING);
        try (var fresh = server.open(lively(TestServer.start(TEXT)))) {
            assertThat(ids(TestServer.complete(fresh, List.of())))
                    .as("who does not know yet is still served")
                    .isEqualTo(TEXT.greedyIds());
        }
        CompletableFuture<Void> stopped =
                CompletableFuture.runAsync(() -> server.service().stop(Duration.ofSeconds(60)));

        assertThat(messagesUntil(moved, GenerateResponse::hasMoved).getLast().hasMoved())
                .isTrue();
        assertThat(messagesUntil(moved, GenerateResponse::hasToken).getLast().hasToken())
                .as("it runs on until the client leaves")
                .isTrue();
        moved.close();
        assertThat(stopped).isNotDone();
        assertThat(messages(older, 50)).noneMatch(GenerateResponse::hasMoved);
        older.close();
        stopped.join();
        server.close();
    }

    private static ServedDecoder compilingSlowly(ServedDecoder decoder, Duration duration) {
        CompileListener slow = new CompileListener() {
            @Override
            public void compiled(Duration ignored) {
                LockSupport.parkNanos(duration.toNanos());
            }

            @Override
            public void found() {}
        };
        RequestReader fast = decoder.requests();
        Vocabulary vocabulary = Vocabulary.read(Bundle.open(MiniModel.bundle()).tokenizer(), fast.vocabularySize());
        RequestReader reader = new RequestReader(
                fast.bundleId(),
                fast.tokens(),
                fast.vocabularySize(),
                fast.maxModelLength(),
                new GrammarReader(new LanguageCache(vocabulary, slow)));
        return new ServedDecoder(reader, decoder.rowFormat(), decoder.description(), decoder.loop(), decoder.metrics());
    }

    private TestServer server(int maxNumSeqs, Duration stepTimeout) {
        return new TestServer(new TestConfig(maxNumSeqs, 1, 8, Duration.ofMinutes(1), stepTimeout), engine);
    }

    /// From now on the run that is under way, or the next one, does not come back.
    private void stall() {
        engine.stall();
        engine.awaitStalledRun();
    }

    /// Reads a generation, so that it does not pause.
    private static void readOn(ClientExchange<GenerateRequest, GenerateResponse> call) {
        awaitToken(call);
        Thread.ofVirtual().start(() -> {
            try {
                while (call.responses().receive(TestServer.PATIENCE).isPresent()) {}
            } catch (ServingException e) {
                // The test is over.
            }
        });
    }

    private static List<GenerateResponse> messagesUntil(
            ClientExchange<GenerateRequest, GenerateResponse> call, Predicate<GenerateResponse> last) {
        List<GenerateResponse> messages = new ArrayList<>();
        do {
            messages.add(call.responses().receive(TestServer.PATIENCE).orElseThrow());
        } while (!last.test(messages.getLast()));
        return messages;
    }

    private static List<GenerateResponse> messages(ClientExchange<GenerateRequest, GenerateResponse> call, int count) {
        List<GenerateResponse> messages = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            messages.add(call.responses().receive(TestServer.PATIENCE).orElseThrow());
        }
        return messages;
    }

    /// What comes when nothing has come for a while.
    private static Received<GenerateResponse> afterSilence(ClientExchange<GenerateRequest, GenerateResponse> call) {
        Received<GenerateResponse> last = call.responses().await(SILENCE);
        while (last instanceof Received.Message) {
            last = call.responses().await(SILENCE);
        }
        return last;
    }

    private static void awaitToken(ClientExchange<GenerateRequest, GenerateResponse> call) {
        messagesUntil(call, GenerateResponse::hasToken);
    }

    private static DescribeResponse.State state(TestServer server) {
        return server.blocking().describe(DescribeRequest.getDefaultInstance()).getState();
    }

    private static GenerateStart endless() {
        var start = TestServer.text(1900).addPrompt(TestServer.tokens(5, 6, 7)).setClientLevel(1);
        start.getStopBuilder().setIgnoreEos(true);
        return start.build();
    }

    private static GenerateStart lively(GenerateStart.Builder start) {
        return start.setClientLevel(1).setCacheSalt("own").build();
    }

    private static TokenIds ids(List<GenerateResponse> responses) {
        TokenIds.Builder ids = TokenIds.builder();
        responses.stream()
                .filter(GenerateResponse::hasToken)
                .forEach(response -> ids.append(response.getToken().getTokenId()));
        return ids.build();
    }
}
