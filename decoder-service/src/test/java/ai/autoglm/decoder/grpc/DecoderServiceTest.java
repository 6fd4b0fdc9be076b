package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.decoder.MiniModel;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.Choices;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.proto.v1.PromptTokenLogprob;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.proto.v1.StopConditions;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TextTokens;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecoderServiceTest {
    private static final GoldenCase TWO_MEDIA = GoldenCase.named("screen-and-speech");
    private static final GoldenCase TEXT = GoldenCase.named("text-en");

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer(TestConfig.defaults());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void saysWhatItIs() {
        DescribeResponse description = server.blocking().describe(DescribeRequest.getDefaultInstance());
        assertThat(description.getBundleId()).isEqualTo(TestServer.BUNDLE_ID);
        assertThat(description.getService()).isEqualTo("decoder");
        assertThat(description.getEngine()).isEqualTo("onnxruntime");
        assertThat(description.getMaxModelLen()).isEqualTo(TestConfig.MAX_MODEL_LENGTH);
        assertThat(description.getMaxNumSeqs()).isEqualTo(2);
    }

    @Test
    void scoresThePromptBeforeTheFirstTokenThoughItsPrefixIsCached() {
        for (int round = 0; round < 2; round++) {
            GenerateStart start = start(TWO_MEDIA, "scored").toBuilder()
                    .setPromptLogprobsCount(2)
                    .build();
            try (var call = server.open(start)) {
                List<GenerateResponse> responses = TestServer.complete(call, TestServer.rows(TWO_MEDIA));
                assertThat(responses.getFirst().getAccepted().getCachedTokenCount())
                        .isZero();
                List<Integer> scored = responses.stream()
                        .takeWhile(response -> !response.hasToken())
                        .flatMap(response -> response.getPromptLogprobs().getTokensList().stream())
                        .peek(token -> assertThat(token.getTopLogprobsCount()).isEqualTo(2))
                        .map(PromptTokenLogprob::getTokenId)
                        .toList();
                TokenIds prompt = TWO_MEDIA.promptIds();
                assertThat(scored)
                        .isEqualTo(
                                prompt.slice(1, prompt.size()).stream().boxed().toList());
                assertThat(ids(responses)).isEqualTo(TWO_MEDIA.greedyIds());
            }
        }
    }

    @Test
    void answersAcceptedThenTokensThenFinished() {
        try (var call = server.open(start(TWO_MEDIA, "order"))) {
            List<GenerateResponse> responses = TestServer.complete(call, TestServer.rows(TWO_MEDIA));
            assertThat(responses.getFirst().hasAccepted()).isTrue();
            assertThat(ids(responses)).isEqualTo(TWO_MEDIA.greedyIds());
            GenerationFinished finished = responses.getLast().getFinished();
            assertThat(finished.getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
            assertThat(MiniModel.tokens().endOfSequence()).contains(finished.getStopTokenId());
            assertThat(finished.getPromptTokenCount())
                    .isEqualTo(TWO_MEDIA.promptIds().size());
            assertThat(finished.getCompletionTokenCount())
                    .isEqualTo(TWO_MEDIA.greedyIds().size());
            assertThat(responses.get(1).getToken().hasLogprob()).isFalse();
            assertThat(responses.getLast().getEngineSeconds())
                    .isGreaterThan(responses.get(1).getEngineSeconds())
                    .isPositive();
        }
    }

    @Test
    void aFreedSlotGoesToTheShareThatWasServedLeast() {
        List<ClientExchange<GenerateRequest, GenerateResponse>> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                flood.add(openAccepted(endless("flood")));
            }
            // Endless too: it holds its slot while the others are looked at.
            try (var modest = openAccepted(endless("modest"))) {
                // As long as a queued request waits for a sign of life, the flood is served.
                awaitProgress(modest);
                flood.getFirst().close();

                assertThat(hasToken(modest, TestServer.PATIENCE)).isTrue();
                assertThat(hasToken(flood.get(2), Duration.ofMillis(1)))
                        .as("who came before it still waits")
                        .isFalse();
            }
        } finally {
            flood.forEach(ClientExchange::close);
        }
    }

    private ClientExchange<GenerateRequest, GenerateResponse> openAccepted(GenerateStart start) {
        var call = server.open(start);
        assertThat(call.responses().receive(TestServer.PATIENCE).orElseThrow().hasAccepted())
                .isTrue();
        return call;
    }

    private static void awaitProgress(ClientExchange<GenerateRequest, GenerateResponse> call) {
        while (!call.responses().receive(TestServer.PATIENCE).orElseThrow().hasProgress()) {
            // What came before.
        }
    }

    private static boolean hasToken(ClientExchange<GenerateRequest, GenerateResponse> call, Duration patience) {
        try {
            Optional<GenerateResponse> response = call.responses().receive(patience);
            while (response.isPresent() && !response.get().hasToken()) {
                response = call.responses().receive(patience);
            }
            return response.isPresent();
        } catch (ServingException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
            return false;
        }
    }

    private static GenerateStart endless(String shareId) {
        GenerateStart.Builder start = start(TEXT, shareId).toBuilder().setShareId(shareId);
        start.getStopBuilder().setMaxTokens(1500).setIgnoreEos(true);
        return start.build();
    }

    @Test
    void cachedMediaNeedNoRows() {
        GenerateStart start = start(TWO_MEDIA, "cached");
        try (var call = server.open(start)) {
            TestServer.complete(call, TestServer.rows(TWO_MEDIA));
        }
        try (var call = server.open(start)) {
            GenerateResponse accepted =
                    call.responses().receive(TestServer.PATIENCE).orElseThrow();
            int cached = accepted.getAccepted().getCachedTokenCount();
            assertThat(cached).isGreaterThan(100);
            List<GenerateResponse> responses = TestServer.complete(call, List.of());
            assertThat(ids(responses)).isEqualTo(TWO_MEDIA.greedyIds());
            assertThat(responses.getLast().getFinished().getCachedTokenCount()).isEqualTo(cached);
        }
    }

    @Test
    void resumesABrokenGeneration() {
        TokenIds delivered = TEXT.greedyIds().slice(0, 7);
        GenerateStart start = start(TEXT, "resume").toBuilder()
                .addAllGeneratedTokenIds(delivered.stream().boxed().toList())
                .build();
        try (var call = server.open(start)) {
            List<GenerateResponse> responses = TestServer.complete(call, List.of());
            assertThat(responses.get(1).getToken().getIndex()).isEqualTo(7);
            assertThat(delivered.concat(ids(responses))).isEqualTo(TEXT.greedyIds());
            assertThat(responses.getLast().getFinished().getCompletionTokenCount())
                    .isEqualTo(TEXT.greedyIds().size());
        }
    }

    @Test
    void answersWithinTheGrammarOfTheRequest() {
        GenerateStart start = start(TEXT, "grammar").toBuilder()
                .setGrammar(Grammar.newBuilder()
                        .setChoices(Choices.newBuilder().addTexts("yes").addTexts("no")))
                .build();
        try (var call = server.open(start)) {
            List<GenerateResponse> responses = TestServer.complete(call, List.of());
            assertThat(responses.getLast().getFinished().getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
            assertThat(text(ids(responses))).isIn("yes", "no");
        }
    }

    @Test
    void refusesAGrammarBeforeItAccepts() {
        GenerateStart start = start(TEXT, "grammar").toBuilder()
                .setGrammar(Grammar.newBuilder().setJsonSchema("{\"$dynamicRef\":\"#a\"}"))
                .build();
        try (var call = server.open(start)) {
            assertThatThrownBy(() -> TestServer.complete(call, List.of()))
                    .hasMessageStartingWith("The keyword \"$dynamicRef\" is not supported")
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_VALUE));
        }
    }

    private static String text(TokenIds ids) {
        List<byte[]> bytes = TextTokens.read(MiniModel.bundle().resolve("tokenizer.json"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ids.stream().forEach(id -> text.writeBytes(bytes.get(id)));
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aGenerationThatHasAllItsTokensFinishesAtOnce() {
        GenerateStart start = TestServer.text(2)
                .addPrompt(TestServer.tokens(1, 2))
                .addGeneratedTokenIds(3)
                .addGeneratedTokenIds(4)
                .build();
        try (var call = server.open(start)) {
            List<GenerateResponse> responses = TestServer.complete(call, List.of());
            assertThat(responses).hasSize(2);
            assertThat(responses.getLast().getFinished().getReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        }
    }

    @Test
    void stopsOnTheClientsTokensAndNamesThem() {
        int third = TEXT.greedyIds().at(2);
        GenerateStart start = start(TEXT, "stop").toBuilder()
                .setStop(StopConditions.newBuilder().setMaxTokens(50).addStopTokenIds(third))
                .build();
        try (var call = server.open(start)) {
            List<GenerateResponse> responses = TestServer.complete(call, List.of());
            assertThat(ids(responses)).isEqualTo(TEXT.greedyIds().slice(0, 2));
            assertThat(responses.getLast().getFinished().getStopTokenId()).isEqualTo(third);
        }
    }

    @Test
    void sendsLogprobsWhenAsked() {
        GenerateStart start =
                start(TEXT, "logprobs").toBuilder().setLogprobsCount(3).build();
        try (var call = server.open(start)) {
            var token = TestServer.complete(call, List.of()).get(1).getToken();
            assertThat(token.getLogprob()).isNegative();
            assertThat(token.getTopLogprobsList()).hasSize(3);
            assertThat(token.getTopLogprobs(0).getTokenId()).isEqualTo(token.getTokenId());
            assertThat(token.getTopLogprobs(0).getLogprob()).isEqualTo(token.getLogprob());
        }
    }

    @Test
    void saysThatItIsAliveWhileRowsAreUnderWay() {
        try (var call = server.open(start(TWO_MEDIA, "alive"))) {
            assertThat(call.responses()
                            .receive(TestServer.PATIENCE)
                            .orElseThrow()
                            .hasAccepted())
                    .isTrue();
            GenerateResponse next =
                    call.responses().receive(TestServer.PATIENCE).orElseThrow();
            assertThat(next.getProgress().getPrefilledTokenCount()).isBetween(1, 20);
            assertThat(ids(TestServer.complete(call, TestServer.rows(TWO_MEDIA))))
                    .isEqualTo(TWO_MEDIA.greedyIds());
        }
    }

    @Test
    void aClientThatLeavesFreesItsPlace() {
        try (TestServer small = new TestServer(new TestConfig(1, 0, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)))) {
            var endless = TestServer.text(1900).addPrompt(TestServer.tokens(5, 6, 7));
            endless.getStopBuilder().setIgnoreEos(true);
            try (var call = small.open(endless.build())) {
                assertThat(call.responses().receive(TestServer.PATIENCE)).isPresent();
                assertRefused(small, start(TEXT, "second"), start(TEXT, "third"));
            }
            try (var call = small.open(start(TEXT, "next"))) {
                assertThat(ids(TestServer.complete(call, List.of()))).isEqualTo(TEXT.greedyIds());
            }
        }
    }

    /// With one place taken and one in the queue, `third` is one too many; `second` leaves again.
    private static void assertRefused(TestServer small, GenerateStart second, GenerateStart third) {
        try (var waiting = small.open(second)) {
            GenerateResponse accepted =
                    waiting.responses().receive(TestServer.PATIENCE).orElseThrow();
            assertThat(accepted.getAccepted().getQueuePosition()).isEqualTo(1);
            assertFails(small, third, List.of(), ErrorCode.OVERLOADED, "1 requests wait already");
        }
    }

    @Test
    void failsARequestWhoseRowsDoNotComeInTime() {
        try (TestServer impatient =
                        new TestServer(new TestConfig(1, 0, 1, Duration.ofMillis(100), Duration.ofMinutes(1)));
                var call = impatient.open(start(TWO_MEDIA, "late"))) {
            assertThat(call.responses().receive(TestServer.PATIENCE)).isPresent();
            assertThatThrownBy(() -> call.responses().receive(TestServer.PATIENCE))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT));
        }
    }

    @Test
    void refusesRowsThatDoNotFit() {
        List<MediaRows> rows = TestServer.rows(TWO_MEDIA);
        assertRowsFail(rows.subList(0, 1), "The media rows ended after 20 of");
        assertRowsFail(rows.subList(1, 2), "Media rows must arrive in prompt order");
        assertRowsFail(List.of(rows.getFirst().toBuilder().setSegmentIndex(0).build()), "is no medium");
        MediaRows.Builder wide = rows.getFirst().toBuilder();
        wide.getRowsBuilder().setWidth(7);
        assertRowsFail(List.of(wide.build()), "a row has 256 values, not 7");
        MediaRows.Builder half = rows.getFirst().toBuilder();
        half.getRowsBuilder().setRowType(RowType.ROW_TYPE_FLOAT16);
        assertRowsFail(List.of(half.build()), "rows are FLOAT32 here, not ROW_TYPE_FLOAT16");
        MediaRows.Builder none = rows.getFirst().toBuilder();
        none.getRowsBuilder().setRowCount(0);
        assertRowsFail(List.of(none.build()), "rows up to 0 of a medium that has 78");
        MediaRows.Builder cut = rows.getFirst().toBuilder();
        cut.getRowsBuilder().setData(cut.getRows().getData().substring(1));
        assertRowsFail(List.of(cut.build()), "20 rows take 20480 bytes, not 20479");
        MediaRows.Builder infinite = rows.getFirst().toBuilder();
        ByteString data = infinite.getRows().getData();
        byte[] infinity = {0, 0, (byte) 0x80, 0x7f};
        infinite.getRowsBuilder().setData(ByteString.copyFrom(infinity).concat(data.substring(4)));
        assertRowsFail(List.of(infinite.build()), "a value is not finite");
        MediaRows.Builder many = rows.getFirst().toBuilder();
        many.getRowsBuilder().setFirstRow(-1);
        assertRowsFail(List.of(many.build()), "rows up to 4294967315 of a medium that has 78");
    }

    private void assertRowsFail(List<MediaRows> rows, String message) {
        assertFails(server, start(TWO_MEDIA, "rows"), rows, ErrorCode.INTERNAL, message);
    }

    private static void assertFails(
            TestServer server, GenerateStart start, List<MediaRows> rows, ErrorCode code, String message) {
        try (var call = server.open(start)) {
            assertThatThrownBy(() -> TestServer.complete(call, rows))
                    .hasMessageContaining(message)
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            error -> assertThat(error.code()).isEqualTo(code));
        }
    }

    private static GenerateStart start(GoldenCase golden, String salt) {
        return TestServer.start(golden).setCacheSalt(salt).build();
    }

    private static TokenIds ids(List<GenerateResponse> responses) {
        TokenIds.Builder ids = TokenIds.builder();
        Optional<Integer> first = responses.stream()
                .filter(GenerateResponse::hasToken)
                .findFirst()
                .map(response -> response.getToken().getIndex());
        int index = first.orElse(0);
        for (GenerateResponse response : responses) {
            if (response.hasToken()) {
                assertThat(response.getToken().getIndex()).isEqualTo(index++);
                ids.append(response.getToken().getTokenId());
            }
        }
        return ids.build();
    }
}
