package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.LogLines;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A gateway with keys, small limits and little patience.
@QuarkusTest
@TestProfile(StrictGatewayTest.Strict.class)
class StrictGatewayTest extends GatewayTest {
    private static final int MAX_BODY_BYTES = 100_000;

    public static final class Strict implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "autoglm.http.api-keys", "first-key,second-key",
                    "autoglm.http.max-body-size", Integer.toString(MAX_BODY_BYTES),
                    "autoglm.http.upload-idle-timeout", "300ms",
                    "autoglm.http.keep-alive-interval", "50ms",
                    "autoglm.http.write-timeout", "500ms",
                    "autoglm.decode.progress-timeout", "1s",
                    "autoglm.decode.stall-timeout", "1s",
                    "autoglm.admission.max-running", "1",
                    "autoglm.model.default-thinking-mode", "off");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer first-key", "bearer second-key"})
    void takesEachOfItsKeys(String authorization) {
        assertThat(authorized(authorization).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer first-ke", "Bearer ", "Bearer first-key,second-key", "Basic first-key", "first-key"})
    void refusesOtherKeys(String authorization) {
        HttpResponse<String> response = authorized(authorization);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
        assertThat(response.body()).contains("\"code\":\"invalid_api_key\"").doesNotContain("first-key");
    }

    @Test
    void protectsAllButTheProbe() {
        assertThat(get("/v1/models").statusCode()).isEqualTo(401);
        assertThat(get("/nothing").statusCode()).isEqualTo(401);
        assertThat(get("/version").statusCode()).isEqualTo(401);
        assertThat(get("/metrics").statusCode()).isEqualTo(401);
        assertThat(post("/tokenize", "{}").statusCode()).isEqualTo(401);
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/models                       | localhost/health
                    /v1/models                       | localhost/health?x=
                    /v1/models                       | /health#
                    http://localhost/v1/models       | localhost/health
                    http://x/health/../v1/models     | localhost
                    /health/../v1/models             | localhost
                    /health/%2e%2e/v1/models         | localhost
                    /health/v1/models                | localhost
                    //health/v1/models               | localhost
                    /v1/models;/health               | localhost
                    /v1/models?x=/health             | localhost
                    /v1/models/%2e%2e%2f%2e%2e%2fhealth | localhost
                    """)
    void noHostAndNoSpellingOfAPathIsTakenForTheProbe(String target, String host) {
        try (RawConnection client = connect()) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 4").doesNotContain("HTTP/1.1 404", "autoglm-phone-9b");
        }
    }

    @Test
    void refusesAKeylessRequestBeforeItsBody() {
        try (RawConnection client = connect()) {
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
                    + "Expect: 100-continue\r\n\r\n");

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 401 Unauthorized\r\n");
        }
    }

    @Test
    void refusesABodyWhoseLengthIsOverTheLimit() {
        HttpResponse<String> response = authorizedChat(hello("\"user\":\"" + "x".repeat(MAX_BODY_BYTES) + "\""));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"code\":\"request_too_large\"", "100000 bytes");
    }

    @Test
    void refusesABodyThatGrowsOverTheLimitWhileItIsRead() {
        try (RawConnection client = connect()) {
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer first-key\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "2710\r\n" + " ".repeat(10_000) + "\r\n";
            for (int i = 0; i <= 10; i++) {
                client.send(chunk);
            }

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 413 Request Entity Too Large\r\n");
            assertThat(client.readUntil("}}")).contains("\"code\":\"request_too_large\"");
        }
    }

    @Test
    void givesUpAClientThatStopsSending() {
        try (RawConnection client = connect()) {
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer first-key\r\n"
                    + "Content-Length: 1000\r\n\r\n{");

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 408 Request Timeout\r\n");
            assertThat(client.readUntil("}}")).contains("\"code\":\"request_timeout\"");
        }
    }

    @Test
    void refusesARequestTooMany() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            generation.awaitCancel();
        });
        try (RawConnection first = connect()) {
            first.post(CHAT, "Authorization: Bearer first-key\r\n", hello("\"stream\":true"));
            first.readUntil("Hello");

            HttpResponse<String> second = authorizedChat(hello(""));

            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.headers().firstValue("retry-after")).isPresent();
            assertThat(second.body()).contains("\"code\":\"overloaded\"");
        }
        backends.decoder().follow(FakeGeneration.says("ok"));
        Await.until("the place is free again", () -> authorizedChat(hello("")).statusCode() == 200);
    }

    @Test
    void showsSignsOfLifeUntilTheFirstToken() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            Await.pause(Duration.ofMillis(500));
            generation.say("Hello");
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "Authorization: Bearer first-key\r\n", hello("\"stream\":true"));

            assertThat(client.readUntil("Hello"))
                    .containsSubsequence(": ping\n\n", "\"delta\":{}", "\"role\":\"assistant\"");
        }
    }

    @Test
    void dropsAClientThatDoesNotRead() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            while (true) {
                generation.say("More and more and more. ");
            }
        });
        try (LogLines log = new LogLines("ai.autoglm.gateway.requests");
                RawConnection client = connect()) {
            client.post(CHAT, "Authorization: Bearer first-key\r\n", hello("\"stream\":true"));

            Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
            Await.until("the line is written", () -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString().contains(" status=499 outcome=client_closed_request ");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK").doesNotContain("[DONE]");
        }
    }

    @Test
    void givesUpADecoderThatMakesNoProgress() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });

        try (LogLines log = new LogLines("ai.autoglm.gateway.requests")) {
            HttpResponse<String> response = authorizedChat(hello(""));

            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body()).contains("\"code\":\"timeout\"");
            Await.until("the line is written", () -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString().contains(" status=504 outcome=timeout ");
        }
        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
        assertThat(get("/health").statusCode()).as("the only decoder stays in").isEqualTo(200);
    }

    @Test
    void doesNotThinkWhereTheServerSaysSo() {
        authorizedChat(hello(""));

        var start = backends.decoder().starts().getFirst();
        assertThat(start.getPrompt(start.getPromptCount() - 1).getFused()).isFalse();
    }

    private HttpResponse<String> authorized(String authorization) {
        return send(request("/v1/models").header("Authorization", authorization).GET());
    }

    private HttpResponse<String> authorizedChat(String body) {
        return send(request(CHAT).header("Authorization", "Bearer first-key").POST(BodyPublishers.ofString(body)));
    }
}
