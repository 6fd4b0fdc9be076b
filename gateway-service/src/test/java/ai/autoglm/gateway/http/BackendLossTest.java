package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BackendLossTest extends GatewayTest {
    @Test
    void aLostDecoderIsA503UntilItIsBack() {
        backends.decoder().stop();
        try {
            HttpResponse<String> lost = chat(hello(""));

            assertThat(lost.statusCode()).isEqualTo(503);
            assertThat(lost.headers().firstValue("retry-after").map(Integer::parseInt))
                    .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(1, 60));
            assertThat(lost.body()).contains("\"code\":\"backend_unavailable\"", "decoder");
            assertThat(get("/health").statusCode()).isEqualTo(503);
            assertThat(get("/health").body()).contains("\"missing\":[\"decoder\"]");
        } finally {
            backends.decoder().start();
        }

        Await.until("requests work again", () -> chat(hello("")).statusCode() == 200);
        Await.until("the probe says so", () -> get("/health").statusCode() == 200);
    }

    @Test
    void aLostEncoderTakesOnlyRequestsWithItsMedia() {
        backends.vision().stop();
        try {
            HttpResponse<String> lost = chat(withParts(image("screen1.png")));

            assertThat(lost.statusCode()).isEqualTo(503);
            assertThat(lost.body()).contains("vision encoder");
            assertThat(chat(hello("")).statusCode()).isEqualTo(200);
            assertThat(chat(withParts(audio("speech1.wav"))).statusCode()).isEqualTo(200);
        } finally {
            backends.vision().start();
        }

        Await.until(
                "images work again", () -> chat(withParts(image("screen1.png"))).statusCode() == 200);
    }

    @Test
    void aDecoderThatDiesInAnAnswerEndsIt() {
        CompletableFuture<Void> lost = new CompletableFuture<>();
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            lost.join();
        });
        try (RawConnection client = connect()) {
            client.post(
                    "/v1/chat/completions",
                    "Content-Type: application/json\r\nConnection: close\r\n",
                    hello("\"stream\":true"));
            client.readUntil("Hello");

            backends.decoder().stop();

            assertThat(client.readAll()).contains("event: error\n", "backend_unavailable", "data: [DONE]\n\n");
        } finally {
            lost.complete(null);
            backends.decoder().start();
        }
        backends.decoder().follow(FakeGeneration.says("back"));

        Await.until("requests work again", () -> chat(hello("")).body().contains("back"));
    }

    @Test
    void aDecoderOfAnotherBundleIsRefused() {
        backends.decoder().stop();
        backends.decoder().description().serveBundle("a".repeat(64));
        backends.decoder().start();
        try {
            Await.until(
                    "the gateway has seen the other bundle",
                    () -> chat(hello("")).body().contains("mismatch"));
            HttpResponse<String> refused = chat(hello(""));

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"bundle_mismatch\"", "aaaaaaaaaaaa", "bbbbbbbbbbbb");
            assertThat(backends.decoder().starts()).isEmpty();
        } finally {
            backends.decoder().stop();
            backends.decoder().reset();
            backends.decoder().start();
        }

        Await.until("the right bundle is taken", () -> chat(hello("")).statusCode() == 200);
    }
}
