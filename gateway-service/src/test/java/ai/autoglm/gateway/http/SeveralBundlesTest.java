package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.TestDiscovery;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeDecoder;
import ai.autoglm.gateway.testing.FakeEncoder;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.GenerateStart;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two bundles under one name, each with backends of its own, while their weights change.
@QuarkusTest
@TestProfile(SeveralBundlesTest.TwoBundles.class)
class SeveralBundlesTest extends GatewayTest {
    private static final String GREEN_ID = "c".repeat(64);
    private static final Path BLUE = shared("blue", TestBundle::create);
    private static final Path GREEN = shared("green", () -> TestBundle.create(GREEN_ID));
    private static final Path FILE = shared("models", SeveralBundlesTest::newFile);

    public static final class TwoBundles implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            weigh(100, 0);
            return Map.of("autoglm.model.file", FILE.toString(), "autoglm.backends.heartbeat-interval", "100ms");
        }
    }

    @Inject
    Backends known;

    private final FakeDecoder greenDecoder = new FakeDecoder();
    private final FakeEncoder greenVision = FakeEncoder.vision();
    private final FakeEncoder greenAudio = FakeEncoder.audio();

    @BeforeEach
    void startGreen() {
        greenDecoder.description().serveBundle(GREEN_ID);
        greenVision.description().serveBundle(GREEN_ID);
        greenAudio.description().serveBundle(GREEN_ID);
        greenDecoder.start();
        greenVision.start();
        greenAudio.start();
        TestDiscovery.find(known, BackendKind.DECODER, backends.decoder().address(), greenDecoder.address());
        TestDiscovery.find(known, BackendKind.VISION_ENCODER, backends.vision().address(), greenVision.address());
        TestDiscovery.find(known, BackendKind.AUDIO_ENCODER, backends.audio().address(), greenAudio.address());
        Await.until(
                "both decoders are ready",
                () -> TestDiscovery.isReady(known, BackendKind.DECODER, TestBundle.ID, 1)
                        && TestDiscovery.isReady(known, BackendKind.DECODER, GREEN_ID, 1)
                        && TestDiscovery.isReady(known, BackendKind.VISION_ENCODER, GREEN_ID, 1)
                        && TestDiscovery.isReady(known, BackendKind.AUDIO_ENCODER, GREEN_ID, 1));
        weigh(100, 0);
        Await.until("requests go to blue", () -> bundleOf(chat(hello(""))).equals(TestBundle.ID));
        greenDecoder.starts().clear();
        backends.decoder().starts().clear();
    }

    @AfterEach
    void stopGreen() {
        greenDecoder.stop();
        greenVision.stop();
        greenAudio.stop();
    }

    @Test
    void moveUnderLoadWithoutAFailedRequest() {
        List<HttpResponse<String>> answers = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger number = new AtomicInteger();
        List<Thread> clients = IntStream.range(0, 4)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                    while (!over.get()) {
                        answers.add(chat(withParts(text("request " + number.getAndIncrement()), image("screen1.png"))));
                    }
                }))
                .toList();

        weigh(0, 100);
        awaitOnly(greenDecoder, backends.decoder());
        weigh(100, 0);
        awaitOnly(backends.decoder(), greenDecoder);
        over.set(true);
        clients.forEach(SeveralBundlesTest::join);

        assertThat(answers)
                .isNotEmpty()
                .allSatisfy(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
        assertThat(backends.decoder().starts())
                .extracting(GenerateStart::getBundleId)
                .containsOnly(TestBundle.ID);
        assertThat(greenDecoder.starts()).extracting(GenerateStart::getBundleId).containsOnly(GREEN_ID);
        assertThat(greenVision.announcedBundles()).containsOnly(GREEN_ID);
        assertThat(backends.vision().announcedBundles()).containsOnly(TestBundle.ID);
    }

    @Test
    void aBundleOfWeightZeroFinishesWhatItHas() {
        CountDownLatch enough = new CountDownLatch(1);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("begun ");
            if (generation.start().getSampling().getSeed() == 3) {
                await(enough);
            }
            generation.sayRest("begun and ended");
        });
        CompletableFuture<HttpResponse<String>> running =
                CompletableFuture.supplyAsync(() -> chat(hello("\"seed\":3")));
        Await.until("it runs", () -> backends.decoder().runningCount() > 0);

        weigh(0, 100);
        Await.until("requests go to green", () -> bundleOf(chat(hello(""))).equals(GREEN_ID));
        enough.countDown();

        assertThat(running.join().statusCode()).isEqualTo(200);
        assertThat(bundleOf(running.join())).isEqualTo(TestBundle.ID);
    }

    @Test
    void aBundleWithoutBackendsGetsNothingWhileAnotherHasThem() {
        weigh(50, 50);
        Await.until("both get requests", () -> {
            chat(hello("\"user\":\"" + System.nanoTime() + "\""));
            chat("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi " + System.nanoTime() + "\"}]}");
            return !greenDecoder.starts().isEmpty();
        });

        greenDecoder.stop();
        Await.until("the gateway knows", () -> TestDiscovery.isReady(known, BackendKind.DECODER, GREEN_ID, 0));

        for (int request = 0; request < 20; request++) {
            assertThat(chat("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi " + request + "\"}]}")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(get("/health").statusCode())
                .as("a bundle that should have requests cannot")
                .isEqualTo(503);
        greenDecoder.start();
    }

    @Test
    void areOneModelToClients() {
        assertThat(get("/v1/models").body()).containsOnlyOnce("\"id\":\"autoglm-phone-9b\"");
        assertThat(get("/v1/models/autoglm-phone-9b").statusCode()).isEqualTo(200);
        assertThat(get("/v1/models/other").statusCode()).isEqualTo(404);
        assertThat(get("/health").body()).contains("\"status\":\"ok\"", "\"model\":\"autoglm-phone-9b\"");
        HttpResponse<String> unknown = chat(hello("\"model\":\"other\""));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("model_not_found", "serves 'autoglm-phone-9b'.");
    }

    private static String bundleOf(HttpResponse<String> answer) {
        return answer.body().contains("\"system_fingerprint\":\"fp_" + GREEN_ID.substring(0, 10) + "\"")
                ? GREEN_ID
                : TestBundle.ID;
    }

    /// Waits until this decoder gets requests and that one gets none any more.
    private static void awaitOnly(FakeDecoder busy, FakeDecoder idle) {
        Await.until("requests have moved", () -> {
            int before = idle.starts().size();
            int got = busy.starts().size();
            Await.pause(Duration.ofMillis(500));
            return idle.starts().size() == before && busy.starts().size() > got;
        });
    }

    private static void weigh(int blue, int green) {
        try {
            Path fresh = Files.createTempFile("models", "");
            Files.writeString(
                    fresh,
                    "# name weight directory\nautoglm-phone-9b %d %s\nautoglm-phone-9b %d %s\n"
                            .formatted(blue, BLUE, green, GREEN));
            Files.move(fresh, FILE, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The profile is made by another class loader than the test: what both need is kept where both find it.
    private static Path shared(String name, Supplier<Path> made) {
        String key = "autoglm.test.several-bundles." + name;
        return Path.of(System.getProperties()
                .computeIfAbsent(key, _ -> made.get().toString())
                .toString());
    }

    private static Path newFile() {
        try {
            return Files.createTempFile("models", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
