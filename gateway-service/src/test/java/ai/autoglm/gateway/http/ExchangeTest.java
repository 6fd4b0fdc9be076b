package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.admission.AdmissionConfig;
import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One exchange on a real socket.
class ExchangeTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(1);
    // More than all buffers between the two hold.
    private static final String BODY = "x".repeat(32 * 1024 * 1024);
    private static final int BYTES_AT_A_TIME = 256 * 1024;

    private final HeldBytes heldBytes = new HeldBytes(TestConfig.of(AdmissionConfig.class, Map.of()));
    private final CompletableFuture<Exchange> arrived = new CompletableFuture<>();
    private RawConnection client = connected();

    @BeforeEach
    void ask() {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aClientThatReadsSlowlyButSteadilyGetsAWholeAnswer() {
        CompletableFuture<Void> written =
                CompletableFuture.runAsync(() -> arrived.join().write(200, Map.of(), BODY), Thread::startVirtualThread);

        assertThat(client.readUntil("\r\n\r\n")).containsIgnoringCase("content-length: " + BODY.length());
        int read = 0;
        while (read < BODY.length()) {
            read += client.read(BYTES_AT_A_TIME).length();
            Await.pause(Duration.ofMillis(50));
        }
        written.join();
    }

    @Test
    void aClientThatReadsNothingIsGone() {
        Exchange exchange = arrived.join();

        assertThatThrownBy(() -> exchange.write(200, Map.of(), BODY))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST));

        assertThat(exchange.isOpen()).isFalse();
        assertThat(client.readAll()).hasSizeLessThan(BODY.length());
    }

    @Test
    void holdsWhatTheRequestHoldsUntilItsThreadIsDone() {
        Exchange exchange = arrived.join();
        exchange.beginWork();
        exchange.held().add(100);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        exchange.onClientGone(() -> gone.complete(null));

        client.close();
        gone.join();
        Await.until("the response is over", () -> !exchange.isOpen());

        assertThat(heldBytes.total()).isEqualTo(100);
        exchange.endWork();
        Await.until("nothing is held", () -> heldBytes.total() == 0);
    }

    private RawConnection connected() {
        int port = VERTX.createHttpServer()
                .requestHandler(
                        request -> arrived.complete(new Exchange(VERTX, request, WRITE_TIMEOUT, heldBytes.share())))
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        return new RawConnection(port);
    }
}
