package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.BackendLease;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.TestDiscovery;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeDecoder;
import ai.autoglm.gateway.testing.FakeEncoder;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.Scrape;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two decoders and two vision encoders, which die, hang, fail or end in the middle of their work.
@QuarkusTest
@TestProfile(FailoverTest.Impatient.class)
class FailoverTest extends GatewayTest {
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "autoglm.backends.heartbeat-interval", "100ms",
                    "autoglm.backends.heartbeat-timeout", "1s",
                    "autoglm.backends.reconnect-interval", "50ms",
                    "autoglm.decode.progress-timeout", "2500ms",
                    "autoglm.decode.stall-timeout", "6s",
                    "autoglm.encode.progress-timeout", "1500ms",
                    "autoglm.encode.stall-timeout", "4s");
        }
    }

    private static final String TEXT = "The quick brown fox jumps over the lazy dog.";
    private static final int TOKEN_COUNT =
            TestBundle.tokenizer().encodeText(TEXT).size();
    private static final int LARGE = 8 << 20;
    private static final Pattern IDENTITY = Pattern.compile("\"(id|created)\":(\"[^\"]*\"|\\d+)");

    @Inject
    Backends known;

    private final FakeDecoder secondDecoder = new FakeDecoder();
    private final FakeEncoder secondVision = FakeEncoder.vision();
    private final AtomicInteger attempts = new AtomicInteger();
    private final List<GenerateStart> starts = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startSeconds() {
        secondDecoder.start();
        secondVision.start();
        TestDiscovery.find(known, BackendKind.DECODER, backends.decoder().address(), secondDecoder.address());
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, backends.vision().address(), secondVision.address());
        Await.until(
                "all backends are ready",
                () -> isReady(BackendKind.DECODER, 2) && isReady(BackendKind.VISION_ENCODER, 2));
    }

    @AfterEach
    void stopSeconds() {
        TestDiscovery.find(known, BackendKind.DECODER, backends.decoder().address());
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, backends.vision().address());
        secondDecoder.stop();
        secondVision.stop();
        restart(backends.decoder(), backends.vision());
    }

    @Test
    void aDecoderThatDiesBeforeTheFirstTokenIsReplaced() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            if (attempt.number == 0) {
                attempt.die();
            }
            generation.sayRest(TEXT);
        });

        HttpResponse<String> answer = chat(hello(""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(TEXT);
        assertThat(starts).hasSize(2);
        assertThat(starts).extracting(GenerateStart::getResumed).containsExactly(false, true);
        assertThat(get("/metrics").body())
                .contains("autoglm_retries_total{backend=\"decoder\",reason=\"connection_lost\"");
    }

    @Test
    void aDecoderThatDiesInAnAnswerIsReplacedWithoutATrace() {
        String body = hello("\"stream\":true,\"seed\":5,\"stream_options\":{\"include_usage\":true},"
                + "\"logprobs\":true,\"top_logprobs\":2");
        decoders((_, generation) -> {
            generation.accept(3);
            generation.sayRest(TEXT);
        });
        String undisturbed = withoutIdentity(chat(body).body());
        starts.clear();
        attempts.set(0);
        decoders((attempt, generation) -> {
            generation.accept(attempt.number == 0 ? 3 : 1);
            if (attempt.number == 0) {
                generation.sayNext(TEXT, 5);
                attempt.awaitReadTokens(5);
                attempt.die();
            }
            generation.sayRest(TEXT);
        });

        assertThat(withoutIdentity(chat(body).body())).isEqualTo(undisturbed);

        assertThat(starts.getLast().getGeneratedTokenIdsList())
                .containsExactlyElementsOf(TestBundle.tokenizer().encodeText(TEXT).stream()
                        .limit(starts.getLast().getGeneratedTokenIdsCount())
                        .boxed()
                        .toList())
                .isNotEmpty();
        assertThat(starts.getLast().getSampling()).isEqualTo(starts.getFirst().getSampling());
        assertThat(starts.getLast().getStop()).isEqualTo(starts.getFirst().getStop());
        assertThat(starts.getLast().getPromptList()).isEqualTo(starts.getFirst().getPromptList());
        assertThat(get("/metrics").body()).contains("autoglm_resumes_total{outcome=\"resumed\"");
    }

    @Test
    void aPromptThatWasScoredInPartIsScoredOnce() throws IOException {
        decoders((attempt, generation) -> {
            generation.accept(0);
            TokenIds prompt = FakeGeneration.promptIds(generation.start());
            int reached = attempt.number == 0 ? 3 : prompt.size();
            generation.scores(1, prompt.slice(1, reached));
            if (attempt.number == 0) {
                throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
            }
            generation.sayRest(TEXT);
        });

        assertScoredOnce(chat(hello("\"prompt_logprobs\":0")));
        assertThat(starts).extracting(GenerateStart::hasPromptLogprobsCount).containsExactly(true, true);
    }

    @Test
    void aPromptThatWasScoredIsNotScoredAgain() throws IOException {
        decoders((attempt, generation) -> {
            generation.accept(0);
            if (attempt.number == 0) {
                TokenIds prompt = FakeGeneration.promptIds(generation.start());
                generation.scores(1, prompt.slice(1, prompt.size()));
                generation.sayNext(TEXT, 5);
                throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
            }
            generation.sayRest(TEXT);
        });

        assertScoredOnce(chat(hello("\"prompt_logprobs\":0")));
        assertThat(starts).extracting(GenerateStart::hasPromptLogprobsCount).containsExactly(true, false);
    }

    private void assertScoredOnce(HttpResponse<String> answer) throws IOException {
        JsonNode scores = new ObjectMapper().readTree(answer.body()).path("prompt_logprobs");
        TokenIds prompt = FakeGeneration.promptIds(starts.getFirst());
        assertThat(answer.body()).contains(TEXT);
        assertThat(scores).as(answer.body()).hasSize(prompt.size());
        for (int index = 1; index < prompt.size(); index++) {
            assertThat(scores.path(index)
                            .path(Integer.toString(prompt.at(index)))
                            .path("logprob")
                            .asInt())
                    .isEqualTo(-index);
        }
    }

    @Test
    void everyPlaceOfBreakingGivesTheSameAnswer() {
        for (int place = 0; place <= TOKEN_COUNT; place++) {
            int after = place;
            attempts.set(0);
            decoders((attempt, generation) -> {
                generation.accept(0);
                if (attempt.number == 0) {
                    generation.sayNext(TEXT, after);
                    throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
                }
                generation.sayRest(TEXT);
            });

            assertThat(chat(hello("\"metadata\":{\"place\":\"" + place + "\"}")).body())
                    .as("after %d tokens", place)
                    .contains(TEXT)
                    .contains("\"completion_tokens\":" + TOKEN_COUNT);
            assertThat(attempts).hasValue(2);
        }
    }

    @Test
    void severalChoicesSurviveACrash() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            generation.sayNext(TEXT, 3);
            if (attempt.number == 1) {
                throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
            }
            generation.sayRest(TEXT);
        });

        HttpResponse<String> answer = chat(hello("\"n\":2,\"max_tokens\":100"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().split(Pattern.quote(TEXT), -1)).hasSize(3);
    }

    @Test
    void rowsAreEncodedAgainForTheNextDecoder() {
        List<List<MediaRows>> rows = new CopyOnWriteArrayList<>();
        decoders((attempt, generation) -> {
            generation.accept(0);
            rows.add(generation.readRows());
            if (attempt.number == 0) {
                throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
            }
            generation.sayRest(TEXT);
        });

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);

        assertThat(rows).hasSize(2);
        assertThat(rows.get(1)).isEqualTo(rows.get(0)).isNotEmpty();
        assertThat(encodedCount()).isEqualTo(2);
    }

    @Test
    void rowsThatTheNextDecoderKnowsAreNotEncodedAgain() {
        decoders((attempt, generation) -> {
            generation.accept(attempt.number == 0 ? 0 : 1_000);
            generation.readRows();
            if (attempt.number == 0) {
                throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
            }
            generation.sayRest(TEXT);
        });

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);

        assertThat(encodedCount()).isEqualTo(1);
    }

    @Test
    void whatTheDecoderHandsBackGoesOnElsewhere() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            if (attempt.number == 0) {
                generation.sayNext(TEXT, 4);
                generation.move();
                generation.awaitCancel();
            } else {
                generation.sayRest(TEXT);
            }
        });

        assertThat(chat(hello("\"stream\":true")).body()).contains("[DONE]").doesNotContain("error");

        assertThat(starts).hasSize(2);
        assertThat(starts.getLast().getGeneratedTokenIdsCount()).isEqualTo(4);
        assertThat(starts.getLast().getResumed()).isTrue();
        assertThat(get("/metrics").body()).contains("autoglm_resumes_total{outcome=\"moved\"");
    }

    @Test
    void whatTheDecoderHandsBackRunsOnWhereThereIsNoSlotElsewhere() {
        decoders((attempt, generation) -> {
            if (attempt.number > 0) {
                generation.acceptInQueue(1);
                generation.awaitCancel();
                return;
            }
            generation.accept(0);
            generation.sayNext(TEXT, 4);
            generation.move();
            generation.sayRest(TEXT);
        });

        assertThat(chat(hello("")).body()).contains(TEXT);
    }

    @Test
    void whatTheDecoderHandsBackRunsOnWhereThereIsNoOtherDecoder() {
        TestDiscovery.find(known, BackendKind.DECODER, secondDecoder.address());
        decoders((_, generation) -> {
            generation.accept(0);
            generation.sayNext(TEXT, 4);
            generation.move();
            generation.sayRest(TEXT);
        });

        assertThat(chat(hello("")).body()).contains(TEXT);
        assertThat(starts).hasSize(1);
    }

    @Test
    void aFullQueueIsOneOfTwo() {
        decoders((attempt, generation) -> {
            if (attempt.number == 0) {
                throw new ServingException(ErrorCode.OVERLOADED, "The queue is full.");
            }
            generation.accept(0);
            generation.sayRest(TEXT);
        });
        assertThat(chat(hello("")).body()).contains(TEXT);
        assertThat(starts)
                .as("who was refused has no right to the places of resumed work")
                .extracting(GenerateStart::getResumed)
                .containsExactly(false, false);

        attempts.set(0);
        decoders((_, _) -> {
            throw new ServingException(ErrorCode.OVERLOADED, "The queue is full.");
        });
        HttpResponse<String> refused = chat(hello(""));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(attempts).hasValue(2);
    }

    @Test
    void whatIsTheRequestsFaultIsNotTriedTwice() {
        decoders((_, _) -> {
            throw new ServingException(ErrorCode.INVALID_VALUE, "No.");
        });

        assertThat(chat(hello("")).statusCode()).isEqualTo(400);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aDecoderWhoseGenerationsFallSilentIsEjectedAndReplaced() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            generation.sayNext(TEXT, 4);
            if (attempt.number == 0) {
                generation.awaitCancel();
                return;
            }
            generation.sayRest(TEXT);
        });

        assertThat(chat(hello("")).body()).contains(TEXT);

        assertThat(get("/metrics").body())
                .contains("autoglm_backend_ejections_total{backend=\"decoder\",reason=\"progress_deadline\"")
                .containsPattern(
                        "autoglm_backends\\{backend=\"decoder\",bundle=\"b+\",model=\"autoglm-phone-9b\",state=\"ejected\",?} 1");
    }

    @Test
    void aDecoderThatGivesNoSignOfLifeIsReplacedInMidAnswer() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            generation.sayNext(TEXT, 4);
            if (attempt.number > 0) {
                generation.sayRest(TEXT);
                return;
            }
            attempt.decoder.description().fallSilent(true);
            generation.awaitCancel();
        });
        double silent = ejections("progress_deadline");

        assertThat(chat(hello("")).body()).contains(TEXT);

        assertThat(ejections("heartbeat_deadline")).isPositive();
        assertThat(ejections("progress_deadline"))
                .as("the heartbeat was faster")
                .isEqualTo(silent);
    }

    @Test
    void theOnlyDecoderGetsMoreTimeAndStaysIn() {
        TestDiscovery.find(known, BackendKind.DECODER, secondDecoder.address());
        decoders((_, generation) -> {
            generation.accept(0);
            generation.sayNext(TEXT, 4);
            Await.pause(Duration.ofMillis(3_200));
            generation.sayRest(TEXT);
        });
        double ejections = ejections("progress_deadline");

        assertThat(chat(hello("")).body()).contains(TEXT);
        assertThat(starts).hasSize(1);
        assertThat(ejections("progress_deadline"))
                .as("others would be refused for it")
                .isEqualTo(ejections);
    }

    @Test
    void aRequestThatWasInTwoCrashesIsRefused() {
        String deadly = hello("\"max_tokens\":77,\"seed\":1");
        decoders((_, generation) -> {
            generation.accept(0);
            throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
        });

        HttpResponse<String> second = chat(deadly);
        assertThat(second.statusCode()).isEqualTo(500);
        assertThat(second.body()).contains("\"code\":\"internal_error\"");
        assertThat(attempts).hasValue(2);

        HttpResponse<String> refused = chat(deadly.replace("\"seed\":1", "\"seed\":2"));
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(refused.body()).contains("\"code\":\"internal_error\"", "not tried again");
        assertThat(attempts).as("no decoder has seen it again").hasValue(2);
        assertThat(get("/metrics").body()).contains("autoglm_refused_fingerprints_total 1.0");

        decoders((_, generation) -> {
            generation.accept(0);
            generation.sayRest(TEXT);
        });
        assertThat(chat(hello("\"max_tokens\":78")).body()).contains(TEXT);
    }

    @Test
    void decodersThatAreKilledWhileTheyEndAreNoCrashes() {
        decoders((attempt, generation) -> {
            generation.accept(0);
            if (attempt.number < 2) {
                generation.sayNext(TEXT, 4 * attempt.number);
                attempt.awaitReadTokens(4 * attempt.number);
                attempt.decoder.description().be(DescribeResponse.State.STATE_DRAINING);
                Await.until(
                        "the gateway knows that it ends, and has another one",
                        () -> terminatingCount() == 1 && isReady(BackendKind.DECODER, 2));
                attempt.dieAndComeBack();
            }
            generation.sayRest(TEXT);
        });

        HttpResponse<String> answer = chat(hello("\"max_tokens\":80"));

        assertThat(answer.body()).contains(TEXT);
        assertThat(starts).hasSize(3);
    }

    @Test
    void aRequestThatEndsWellAfterACrashIsCleared() {
        String body = hello("\"max_tokens\":79");
        for (int crash = 0; crash < 3; crash++) {
            attempts.set(0);
            decoders((attempt, generation) -> {
                generation.accept(0);
                if (attempt.number == 0) {
                    throw new ServingException(ErrorCode.INTERNAL, "The engine failed.");
                }
                generation.sayRest(TEXT);
            });
            assertThat(chat(body).body()).contains(TEXT);
        }
    }

    @Test
    void anEncoderThatDiesBeforeItHasAcceptedIsReplaced() {
        decodersReadRows();
        AtomicInteger media = new AtomicInteger();
        encoders((encoder, _) -> encoder.beforeAcceptance(() -> {
            if (media.getAndIncrement() == 0) {
                Thread.ofVirtual().start(encoder::stop);
                throw new ServingException(ErrorCode.INTERNAL, "too late");
            }
        }));

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);
        assertThat(get("/metrics").body()).contains("autoglm_retries_total{backend=\"vision-encoder\"");
    }

    @Test
    void rowsThatHaveBeenReadDoNotComeAgain() {
        List<MediaRows> rows = new ArrayList<>();
        decoders((_, generation) -> {
            generation.accept(0);
            rows.addAll(generation.readRows());
            generation.sayRest(TEXT);
        });
        AtomicInteger failures = new AtomicInteger();
        encoders((encoder, _) -> encoder.beforeRow(row -> {
            if (row == 9 && failures.getAndIncrement() == 0) {
                throw new ServingException(ErrorCode.INTERNAL, "The tower failed.");
            }
        }));

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);

        assertThat(rows)
                .extracting(MediaRows::getRows)
                .extracting(EmbeddingRows::getFirstRow)
                .containsExactlyElementsOf(
                        IntStream.range(0, rows.size()).boxed().toList());
        assertThat(encodedCount()).isEqualTo(2);
    }

    @Test
    void aMediumThatNobodyCanEncodeIsTriedTwice() {
        decoders((_, generation) -> generation.accept(0));
        encoders((encoder, _) -> encoder.refuse(new ServingException(ErrorCode.INTERNAL, "The tower failed.")));

        assertThat(chat(withParts(image("screen1.png"))).statusCode()).isEqualTo(500);
        assertThat(encodedCount()).isEqualTo(2);
    }

    @Test
    void anEncoderWhoseRowsAreDeliveredHasNoLoad() {
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, secondVision.address());
        AtomicLong whileRowsCome = new AtomicLong();
        AtomicLong whileTheAnswerIsMade = new AtomicLong();
        encoders((encoder, _) -> encoder.beforeRow(_ -> whileRowsCome.set(visionLoad())));
        decoders((_, generation) -> {
            generation.accept(0);
            generation.readRows();
            whileTheAnswerIsMade.set(visionLoad());
            generation.sayRest(TEXT);
        });

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);

        assertThat(whileRowsCome).hasPositiveValue();
        assertThat(whileTheAnswerIsMade).hasValue(0);
    }

    @Test
    void anEncoderThatGaveUpWhileTheDecoderQueuedIsAskedAgain() {
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, secondVision.address());
        decodersReadRows();
        AtomicInteger failures = new AtomicInteger();
        encoders((encoder, _) -> encoder.beforeRow(row -> {
            if (row == 9 && failures.getAndIncrement() == 0) {
                throw new ServingException(ErrorCode.TIMEOUT, "The client read nothing for 30 s.");
            }
        }));

        HttpResponse<String> answer = chat(withParts(image("screen1.png")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(TEXT);
        assertThat(encodedCount()).isEqualTo(2);
    }

    @Test
    void aDamagedMediumIsNotTriedTwice() {
        encoders((encoder, _) -> encoder.refuse(new ServingException(ErrorCode.INVALID_IMAGE, "No image.")));

        assertThat(chat(withParts(image("screen1.png"))).statusCode()).isEqualTo(400);
        assertThat(encodedCount()).isEqualTo(1);
    }

    @Test
    void anEncoderThatFallsSilentIsReplaced() {
        decodersReadRows();
        AtomicInteger media = new AtomicInteger();
        encoders((encoder, _) -> encoder.beforeAcceptance(() -> {
            if (media.getAndIncrement() == 0) {
                Await.pause(Duration.ofSeconds(4));
            }
        }));

        long start = System.nanoTime();
        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3_500));
    }

    @Test
    void theOnlyEncoderGetsMoreTimeForAnUpload() {
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, secondVision.address());
        decodersReadRows();
        encoders((encoder, _) -> encoder.beforeUpload(() -> Await.pause(Duration.ofMillis(2_500))));

        assertThat(chat(withParts(largeImage("screen1.png"))).body()).contains(TEXT);
        assertThat(encodedCount()).isEqualTo(1);
    }

    @Test
    void anEncoderOfAnOlderReleaseMayBeSilent() {
        decodersReadRows();
        encoders((encoder, _) -> {
            encoder.description().reportNoProgress();
            encoder.beforeAcceptance(() -> Await.pause(Duration.ofMillis(2_500)));
        });
        Await.pause(Duration.ofMillis(300));

        assertThat(chat(withParts(image("screen1.png"))).body()).contains(TEXT);
        assertThat(encodedCount()).isEqualTo(1);
    }

    @Test
    void withoutAnyVisionEncoderImagesAreRefusedAtOnceAndTextGoesOn() {
        decoders((_, generation) -> {
            generation.accept(0);
            generation.sayRest(TEXT);
        });
        TestDiscovery.find(known, BackendKind.VISION_ENCODER);

        long start = System.nanoTime();
        HttpResponse<String> refused = chat(withParts(image("screen1.png")));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(700));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(chat(hello("")).body()).contains(TEXT);
        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(get("/health").body()).contains("vision-encoder");
    }

    /// One decoder's try at a generation, in the order of all tries.
    private record Attempt(int number, FakeDecoder decoder) {
        /// The process is gone.
        void die() {
            decoder.stop();
            throw new ServingException(ErrorCode.INTERNAL, "nobody hears this");
        }

        /// The process is gone, and another one is there in its place.
        void dieAndComeBack() {
            decoder.stop();
            decoder.description().be(DescribeResponse.State.STATE_SERVING);
            decoder.start();
            throw new ServingException(ErrorCode.INTERNAL, "nobody hears this");
        }

        /// What was sent may take a moment to arrive.
        void awaitReadTokens(int count) {
            Await.pause(Duration.ofMillis(40L * count));
        }
    }

    /// One that does not fit into the buffers of a connection: bytes follow its end.
    private static String largeImage(String goldenFile) {
        byte[] file = TestFiles.golden(goldenFile);
        String bytes = Base64.getEncoder().encodeToString(Arrays.copyOf(file, file.length + LARGE));
        return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + bytes + "\"}}";
    }

    /// Each answers when it has all rows.
    private void decodersReadRows() {
        decoders((_, generation) -> {
            generation.accept(0);
            generation.readRows();
            generation.sayRest(TEXT);
        });
    }

    private void decoders(BiConsumer<Attempt, FakeGeneration> script) {
        for (FakeDecoder decoder : List.of(backends.decoder(), secondDecoder)) {
            decoder.follow(generation -> {
                starts.add(generation.start());
                script.accept(new Attempt(attempts.getAndIncrement(), decoder), generation);
            });
        }
    }

    private void encoders(BiConsumer<FakeEncoder, Integer> change) {
        change.accept(backends.vision(), 0);
        change.accept(secondVision, 1);
    }

    private int encodedCount() {
        return backends.vision().received().size() + secondVision.received().size();
    }

    private double terminatingCount() {
        return Scrape.of(get("/metrics").body())
                .sum("autoglm_backends", "backend=\"decoder\"", "state=\"terminating\"");
    }

    /// Of the only one.
    private long visionLoad() {
        BackendRequest nothing = BackendRequest.of(TestBundle.ID, ByteString.EMPTY, 0);
        try (BackendLease lease = known.pool(BackendKind.VISION_ENCODER).choose(nothing)) {
            return lease.backend().outstandingWork();
        }
    }

    private double ejections(String reason) {
        return Pattern.compile(
                        "autoglm_backend_ejections_total\\{backend=\"decoder\",reason=\"" + reason + "\",?} (.*)")
                .matcher(get("/metrics").body())
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    private boolean isReady(BackendKind kind, int count) {
        return TestDiscovery.isReady(known, kind, TestBundle.ID, count);
    }

    /// A test may have stopped them.
    private static void restart(FakeDecoder decoder, FakeEncoder encoder) {
        decoder.stop();
        decoder.reset();
        decoder.start();
        encoder.stop();
        encoder.reset();
        encoder.start();
    }

    private static String withoutIdentity(String stream) {
        return IDENTITY.matcher(stream).replaceAll("");
    }
}
