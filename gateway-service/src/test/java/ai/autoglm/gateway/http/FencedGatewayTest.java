package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.proto.v1.GenerateStart;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A gateway with limits for each key, and for each connection and address, and one page that may call it.
@QuarkusTest
@TestProfile(FencedGatewayTest.Fenced.class)
class FencedGatewayTest extends GatewayTest {
    private static final String PAGE = "https://page.example";
    private static final int MAX_CONNECTIONS_PER_ADDRESS = 5;

    public static final class Fenced implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "autoglm.http.api-keys",
                            "key-of-requests,key-of-tokens,key-of-pages,key-of-sizes,key-of-salts,key-of-others",
                    "autoglm.http.cors-origins", PAGE,
                    "autoglm.http.idle-timeout", "500ms",
                    "autoglm.http.max-connections-per-address", Integer.toString(MAX_CONNECTIONS_PER_ADDRESS),
                    "autoglm.admission.max-held-size", "50000",
                    "autoglm.admission.requests-per-minute", "3",
                    "autoglm.admission.tokens-per-minute", "200");
        }
    }

    @Test
    void aKeyThatAsksTooOftenIsToldWhenToComeAgain() {
        for (int left = 2; left >= 0; left--) {
            HttpResponse<String> answered = chat("key-of-requests", "{");
            assertThat(answered.statusCode()).isEqualTo(400);
            assertThat(answered.headers().firstValue("x-ratelimit-remaining-requests"))
                    .hasValue(Integer.toString(left));
        }

        HttpResponse<String> refused = chat("key-of-requests", hello(""));

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body())
                .contains("\"type\":\"rate_limit_error\"", "\"param\":null", "\"code\":\"rate_limit_exceeded\"");
        assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow())
                .isBetween(1L, 20L);
        assertThat(refused.headers().firstValue("x-ratelimit-limit-requests")).hasValue("3");
        assertThat(refused.headers().firstValue("x-ratelimit-remaining-requests"))
                .hasValue("0");
        assertThat(refused.headers().firstValue("x-ratelimit-reset-requests").orElseThrow())
                .matches("(1m0s|[45]\\ds)");
    }

    @Test
    void keysDoNotShareAPrefixCache() {
        backends.decoder().follow(FakeGeneration.says("hello"));

        chat("key-of-salts", hello("\"max_tokens\":5"));
        chat("key-of-others", hello("\"max_tokens\":5"));
        chat("key-of-others", hello("\"max_tokens\":5,\"cache_salt\":\"key-5\""));

        assertThat(backends.decoder().starts())
                .extracting(GenerateStart::getCacheSalt)
                .containsExactly("key-5", "key-6", "key-6");
    }

    @Test
    void tokensAreReservedAndThenSettled() {
        backends.decoder().follow(FakeGeneration.says("a short answer"));

        HttpResponse<String> answered = chat("key-of-tokens", hello("\"max_tokens\":150"));

        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.headers().firstValue("x-ratelimit-limit-tokens")).hasValue("200");
        Await.until("the tokens that were not used are back", () -> tokensLeft("key-of-tokens") > 150);
        assertThat(tokensLeft("key-of-tokens")).isLessThan(200);
        HttpResponse<String> tooMany = chat("key-of-tokens", hello("\"max_tokens\":200"));
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(tooMany.body()).contains("\"code\":\"insufficient_quota\"");
    }

    @Test
    void aPageThatMayCallIsAnsweredWithoutAKeyWhenItsBrowserAsksFirst() {
        HttpResponse<String> preflight = send(request(CHAT)
                .header("Origin", PAGE)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .hasValue(PAGE);
        assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                .hasValueSatisfying(methods -> assertThat(methods).contains("POST"));
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .hasValue("authorization,content-type,x-stainless-lang");
        assertThat(preflight.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
    }

    @Test
    void aPageThatMayCallMayReadErrorsToo() {
        HttpResponse<String> refused =
                send(request("/v1/models").header("Origin", PAGE).GET());

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("access-control-allow-origin")).hasValue(PAGE);
        assertThat(refused.headers().firstValue("access-control-expose-headers"))
                .hasValueSatisfying(names -> assertThat(names).contains("x-request-id", "retry-after"));
    }

    @Test
    void anotherPageLearnsNothing() {
        HttpResponse<String> preflight = send(request(CHAT)
                .header("Origin", "https://page.example.evil")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isEqualTo(401);
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    void requestsTogetherMayNotHoldMoreThanTheServerHas() {
        HttpResponse<String> refused = chat("key-of-sizes", hello("\"user\":\"" + "x".repeat(60_000) + "\""));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"code\":\"overloaded\"");
        assertThat(chat("key-of-sizes", hello("")).statusCode()).isEqualTo(200);
        assertThat(chat("key-of-sizes", hello("\"user\":\"" + "x".repeat(40_000) + "\""))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void endsAConnectionThatSendsItsHeadersTooSlowly() {
        try (RawConnection client = connect()) {
            client.send("GET /health HTTP/1.1\r\n");

            assertThatThrownBy(() -> {
                        for (int i = 0; i < RequestHead.MAX_HEADER_COUNT; i++) {
                            client.send("X-" + i + ": x\r\n");
                            Await.pause(Duration.ofMillis(100));
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void endsAConnectionThatStaysSilentAfterAnAnswer() {
        try (RawConnection client = connect()) {
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void anAddressHasOnlySoManyConnections() {
        List<RawConnection> open = new ArrayList<>();
        try {
            Await.until("one connection too many is ended", () -> {
                RawConnection next = connect();
                open.add(next);
                return !answers(next);
            });
            assertThat(open).hasSizeLessThanOrEqualTo(MAX_CONNECTIONS_PER_ADDRESS + 1);
        } finally {
            open.forEach(RawConnection::close);
        }
        Await.until("there is room again", () -> {
            try (RawConnection next = connect()) {
                return answers(next);
            }
        });
    }

    private static boolean answers(RawConnection connection) {
        try {
            connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return connection.readUntil("}").contains("200 OK");
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    private long tokensLeft(String key) {
        return send(authorized("/v1/models", key).GET())
                .headers()
                .firstValueAsLong("x-ratelimit-remaining-tokens")
                .orElseThrow();
    }

    private HttpResponse<String> chat(String key, String body) {
        return send(authorized(CHAT, key).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder authorized(String path, String key) {
        return request(path).header("Authorization", "Bearer " + key);
    }
}
