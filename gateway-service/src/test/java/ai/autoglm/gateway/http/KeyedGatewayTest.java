package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.Scrape;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.digest.Sha256;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A gateway with a key file, whose lines say what each key may do.
@QuarkusTest
@TestProfile(KeyedGatewayTest.Keyed.class)
class KeyedGatewayTest extends GatewayTest {
    private static final String ONE_AT_A_TIME = "key-of-somebody-with-little";
    private static final String FIRST = "key-of-somebody-important";
    private static final String PLAIN = "key-of-somebody";
    private static final String OF_ANOTHER_MODEL = "key-of-somebody-else";
    private static final String OF_AN_ALIAS = "key-of-somebody-who-says-alias";

    public static final class Keyed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("autoglm.http.api-key-file", file().toString(), "autoglm.admission.usage-keys", "2");
        }

        private static Path file() {
            try {
                return Files.write(
                        Files.createTempFile("keys", ""),
                        List.of(
                                "little:" + hash(ONE_AT_A_TIME) + " concurrency=1",
                                "first:" + hash(FIRST) + " priority=40",
                                "plain:" + hash(PLAIN),
                                "another:" + hash(OF_ANOTHER_MODEL) + " models=another-model",
                                "alias:" + hash(OF_AN_ALIAS) + " models=zai-org/AutoGLM-Phone-9B"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String hash(String key) {
            return HexFormat.of().formatHex(Sha256.begin().digest(key.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void decodersLearnWhoseShareItIsAndHowLarge() {
        chat(FIRST, hello(""));
        chat(PLAIN, hello(""));

        assertThat(backends.decoder().starts())
                .extracting(GenerateStart::getShareId, GenerateStart::getShareWeight)
                .containsExactly(tuple("first", 40), tuple("plain", 10));
    }

    @Test
    void aKeyThatHasEnoughAtOnceIsToldToComeAgain() {
        CountDownLatch end = new CountDownLatch(1);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            awaitQuietly(end);
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> chat(ONE_AT_A_TIME, hello("")));
        Await.until("it is worked on", () -> backends.decoder().starts().size() == 1);

        HttpResponse<String> second = chat(ONE_AT_A_TIME, hello(""));
        HttpResponse<String> pair = chat(ONE_AT_A_TIME, hello("\"n\":2"));

        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).contains("limit of this key is 1 choices at once", "rate_limit_exceeded");
        assertThat(second.headers().firstValue("retry-after")).hasValue("1");
        assertThat(pair.statusCode()).isEqualTo(429);
        assertThat(pair.headers().firstValue("x-should-retry")).hasValue("false");
        end.countDown();
        assertThat(first.join().statusCode()).isEqualTo(200);
        Await.until(
                "its place is free again", () -> chat(ONE_AT_A_TIME, hello("")).statusCode() == 200);
    }

    @Test
    void aKeyOfAnotherModelFindsNone() {
        HttpResponse<String> refused = chat(OF_ANOTHER_MODEL, hello(""));

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("\"code\":\"model_not_found\"", "\"param\":\"model\"");
        assertThat(get("/v1/models", OF_ANOTHER_MODEL).body()).isEqualTo("{\"object\":\"list\",\"data\":[]}");
        assertThat(get("/v1/models/autoglm-phone-9b", OF_ANOTHER_MODEL).statusCode())
                .isEqualTo(404);
        assertThat(backends.decoder().starts()).isEmpty();
    }

    @Test
    void aKeyOfAnAliasMayUseTheModel() {
        assertThat(chat(OF_AN_ALIAS, hello("")).statusCode()).isEqualTo(200);
        assertThat(get("/v1/models", OF_AN_ALIAS).body()).contains("autoglm-phone-9b");
    }

    @Test
    void onlySoManyKeysHaveLabelsOfTheirOwn() {
        backends.decoder().follow(FakeGeneration.says("one", "two"));
        for (String key : List.of(FIRST, PLAIN, OF_AN_ALIAS, ONE_AT_A_TIME)) {
            chat(key, hello(""));
        }

        Await.until("all are counted", () -> scrape().sum("autoglm_usage_requests_total") >= 4);
        List<String> keys = scrape().series().keySet().stream()
                .filter(series -> series.startsWith("autoglm_usage_requests_total"))
                .toList();
        assertThat(keys).hasSize(3).contains("autoglm_usage_requests_total{key=\"other\"}");
    }

    private Scrape scrape() {
        return Scrape.of(get("/metrics", PLAIN).body());
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<String> get(String path, String key) {
        return send(authorized(path, key).GET());
    }

    private HttpResponse<String> chat(String key, String body) {
        return send(authorized(CHAT, key).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder authorized(String path, String key) {
        return request(path).header("Authorization", "Bearer " + key);
    }
}
