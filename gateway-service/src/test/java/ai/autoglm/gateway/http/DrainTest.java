package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// What clients and load balancers see of a gateway that is asked to end.
@QuarkusTest
class DrainTest extends GatewayTest {
    @Inject
    Drain drain;

    @Inject
    GatewayServer gateway;

    @AfterEach
    void serveAgain() {
        drain.enter(Drain.Phase.SERVING);
    }

    @Test
    void atFirstAllIsAsBeforeButConnectionsEnd() {
        drain.enter(Drain.Phase.LEAVING);

        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(gateway.isReady()).isTrue();
        assertThat(answered().headers().firstValue("connection")).hasValue("close");
    }

    @Test
    void loadBalancersAreToldWhileRequestsAreStillServed() {
        drain.enter(Drain.Phase.UNREADY);

        HttpResponse<String> health = get("/health");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).contains("\"status\":\"stopping\"");
        assertThat(gateway.isReady()).isFalse();
        assertThat(answered().headers().firstValue("connection")).hasValue("close");
    }

    @Test
    void aGatewayThatStopsSaysSoWhateverIsMissing() {
        backends.vision().stop();
        try {
            Await.until("the encoder is missing", () -> get("/health").body().contains("\"status\":\"unavailable\""));

            drain.enter(Drain.Phase.UNREADY);

            assertThat(get("/health").body()).contains("\"status\":\"stopping\"", "\"missing\":[\"vision-encoder\"]");
        } finally {
            backends.vision().start();
        }
        Await.until("nothing is missing", () -> !get("/health").body().contains("missing"));
    }

    @Test
    void atLastNewRequestsAreRefused() {
        drain.enter(Drain.Phase.REFUSING);

        HttpResponse<String> refused = chat(hello(""));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.body()).contains("The server is stopping.");
    }

    /// The answer must not be lost to a connection that ends while the client still sends.
    @RepeatedTest(5)
    void aClientThatIsRefusedWhileItSendsReadsWhy() {
        drain.enter(Drain.Phase.REFUSING);

        assertThat(chat(hello("\"user\":\"" + "x".repeat(20_000_000) + "\"")).statusCode())
                .isEqualTo(503);
    }

    @Test
    void aStreamThatOutlivesTheGraceIsToldSo() throws InterruptedException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            while (true) {
                generation.say("Hello");
                Await.pause(Duration.ofMillis(50));
            }
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello("\"stream\":true"));
            client.readUntil("Hello");

            gateway.stop(new ShutdownEvent());

            assertThat(client.readUntil("[DONE]")).contains("event: error", "The server is stopping.");
        }
        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
    }

    private HttpResponse<String> answered() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.sayRest("Hello");
        });
        HttpResponse<String> answer = chat(hello(""));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Hello");
        return answer;
    }
}
