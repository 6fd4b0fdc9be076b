package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.test.junit.QuarkusTest;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes back for bytes that are no request, or one that two readers could understand differently.
@QuarkusTest
class BrokenRequestsTest extends GatewayTest {
    private static final String HOST = "Host: localhost\r\n";

    @Test
    void aRequestLineThatIsTooLongIsA414() {
        String answer = answerTo("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n" + HOST + "\r\n");

        assertRefused(answer, "HTTP/1.1 414 Request-URI Too Long", "uri_too_long");
        assertThat(answer).contains("4096 bytes");
    }

    @ParameterizedTest
    @CsvSource({"a, 3900", "%41, 1300"})
    void aPathThatIsNotTooLongIsLookedFor(String part, int count) {
        String answer = answerTo("GET /" + part.repeat(count) + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertRefused(answer, "HTTP/1.1 404 Not Found", "not_found");
    }

    @Test
    void headersThatAreTooLargeAreA431() {
        String answer = answerTo("GET /health HTTP/1.1\r\n" + HOST + "X-Large: " + "x".repeat(20_000) + "\r\n\r\n");

        assertRefused(answer, "HTTP/1.1 431 Request Header Fields Too Large", "request_headers_too_large");
        assertThat(answer).contains("16384 bytes");
    }

    @Test
    void tooManyHeadersAreA431() {
        String answer = answerTo("GET /health HTTP/1.1\r\n" + HOST + "X-Many: x\r\n".repeat(100) + "\r\n");

        assertRefused(answer, "HTTP/1.1 431 Request Header Fields Too Large", "request_headers_too_large");
        assertThat(answer).contains("101 headers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n\r\n",
                "GET /health\r\n\r\n",
                "GET /health HTTP/1.1 x\r\nHost: localhost\r\n\r\n",
                "GET  HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /health HTTP/3.9\r\nHost: localhost\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost localhost\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: localhost\r\nX\u0000: x\r\n\r\n",
                "GET /health HTTP/1.1\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a/b?c\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: user@a\r\n\r\n",
                "GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET health HTTP/1.1\r\nHost: localhost\r\n\r\n",
            })
    void whatIsNoRequestIsA400(String request) {
        assertRefused(answerTo(request), "HTTP/1.1 400 Bad Request", "malformed_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            })
    void aBodyWhoseLengthIsInDoubtIsA400(String framing) {
        assertRefused(
                answerTo("POST " + CHAT + " HTTP/1.1\r\n" + HOST + framing),
                "HTTP/1.1 400 Bad Request",
                "malformed_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "-1\r\n\r\n", "FFFFFFFFFF\r\n{}", "2;\u0001\r\n{}\r\n0\r\n\r\n"})
    void aBrokenChunkIsA400(String body) {
        assertRefused(
                answerTo("POST " + CHAT + " HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body),
                "HTTP/1.1 400 Bad Request",
                "malformed_request");
    }

    @Test
    void anUnknownMethodIsA405InJson() {
        String answer = answerTo("BREW " + CHAT + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertRefused(answer, "HTTP/1.1 405 Method Not Allowed", "method_not_allowed");
        assertThat(answer).containsIgnoringCase("\r\nallow: POST\r\n");
    }

    @Test
    void theWholeServerIsNoPath() {
        String answer = answerTo("OPTIONS * HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertRefused(answer, "HTTP/1.1 400 Bad Request", "malformed_request");
    }

    @Test
    void theHostDoesNotChooseThePath() {
        String answer = answerTo("GET http://other.example/health HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void answersNothingCompressed() {
        String answer = answerTo(
                "GET /v1/models HTTP/1.1\r\n" + HOST + "Accept-Encoding: gzip, deflate\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("\"object\":\"list\"");
        assertThat(answer).doesNotContainIgnoringCase("content-encoding");
    }

    @Test
    void answersRequestsThatWereSentTogetherInOrder() {
        backends.decoder().follow(FakeGeneration.says("first"));
        try (RawConnection client = connect()) {
            String body = hello("");
            client.send("POST " + CHAT + " HTTP/1.1\r\n" + HOST + "Content-Length: " + body.length() + "\r\n\r\n" + body
                    + "GET /v1/models HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

            assertThat(client.readAll()).containsSubsequence("first", "\"object\":\"list\"");
        }
    }

    @Test
    void endsAConnectionThatAsksOnAndOnWithoutWaiting() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello(""));
            client.send(("GET /health HTTP/1.1\r\n" + HOST + "\r\n").repeat(ConnectionGuard.MAX_UNANSWERED));

            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void endsAConnectionThatAsksOnAndOnWithoutReading() {
        String request = "GET /v1/models HTTP/1.1\r\n" + HOST + "\r\n";
        try (RawConnection client = connect()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            client.send(request);
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);
        }
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    private String answerTo(String request) {
        try (RawConnection client = connect()) {
            client.send(request);
            return client.readAll();
        }
    }

    private static void assertRefused(String answer, String statusLine, String code) {
        assertThat(answer)
                .startsWith(statusLine + "\r\n")
                .contains("\"type\":\"invalid_request_error\"", "\"code\":\"" + code + "\"")
                .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
                .containsIgnoringCase("\r\nx-request-id: req-")
                .doesNotContain("netty", "Exception", "\tat ");
    }
}
