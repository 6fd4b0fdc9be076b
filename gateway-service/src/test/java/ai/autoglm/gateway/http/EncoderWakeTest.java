package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.Scrape;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A gateway whose encoders are scaled to none while nobody needs them.
@QuarkusTest
@TestProfile(EncoderWakeTest.Waking.class)
class EncoderWakeTest extends GatewayTest {
    /// How long a request waits for a backend that is lost, by default.
    private static final Duration RECOVERY_WAIT = Duration.ofMillis(750);

    public static final class Waking implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("autoglm.backends.encoder-wake-timeout", "60s");
        }
    }

    @Test
    void aRequestWaitsForTheEncoderThatItWakes() throws InterruptedException {
        backends.vision().stop();
        try {
            CompletableFuture<HttpResponse<String>> waiting =
                    CompletableFuture.supplyAsync(() -> chat(withParts(image("screen1.png"))));

            // A decoder that is lost is waited for less than that; nothing but the encoder can end this request.
            Await.until("text is served meanwhile", () -> chat(hello("")).statusCode() == 200);
            assertThat(get("/health").statusCode()).isEqualTo(200);
            Thread.sleep(RECOVERY_WAIT.plusMillis(500));
            assertThat(waiting).isNotCompleted();
            backends.vision().start();

            assertThat(waiting.join().statusCode()).isEqualTo(200);
        } finally {
            backends.vision().stop();
            backends.vision().start();
        }
    }

    @Test
    void aClientThatLeavesDoesNotWaitOn() {
        backends.vision().stop();
        try {
            try (RawConnection client = connect()) {
                client.post(CHAT, "", withParts(image("screen1.png")));
                Await.until("the request waits", () -> runningCount() == 1);
            }

            long left = System.nanoTime();
            Await.until("nothing waits any more", () -> runningCount() == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(5));
        } finally {
            backends.vision().start();
        }
    }

    /// Nobody can tell yet how long the audio is, but something has to be there that wakes an encoder.
    @Test
    void anAudioIsDemandBeforeThereIsAnEncoder() {
        backends.audio().stop();
        try {
            CompletableFuture<HttpResponse<String>> waiting =
                    CompletableFuture.supplyAsync(() -> chat(withParts(audio("speech1.wav"))));

            Await.until(
                    "the audio is pending",
                    () -> Scrape.of(get("/metrics").body()).sum("autoglm_pending_frames") > 0);
            assertThat(waiting).isNotCompleted();
            backends.audio().start();

            assertThat(waiting.join().statusCode()).isEqualTo(200);
        } finally {
            backends.audio().stop();
            backends.audio().start();
        }
    }

    private double runningCount() {
        return Scrape.of(get("/metrics").body()).sum("autoglm_requests_running");
    }

    @Test
    void aLostDecoderIsNotWaitedFor() {
        backends.decoder().stop();
        try {
            assertThat(chat(hello("")).statusCode()).isEqualTo(503);
            assertThat(get("/health").body()).contains("\"missing\":[\"decoder\"]");
        } finally {
            backends.decoder().start();
        }
    }
}
