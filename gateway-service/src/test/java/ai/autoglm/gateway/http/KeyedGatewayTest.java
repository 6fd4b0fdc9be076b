package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.Scrape;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.digest.Sha256;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A gateway with a key file, whose lines say what each key may do.
@QuarkusTest
@TestProfile(KeyedGatewayTest.Keyed.class)
class KeyedGatewayTest extends GatewayTest {
    @Inject
    @SuppressWarnings("NullAway.Init")
    MeterRegistry registry;

    private static final String ONE_AT_A_TIME = "key-of-somebody-with-little";
    private static final String FIRST = "key-of-somebody-important";
    private static final String PLAIN = "key-of-somebody";
    private static final String OF_ANOTHER_MODEL = "key-of-somebody-else";
    private static final String OF_AN_ALIAS = "key-of-somebody-who-says-alias";

    public static final class Keyed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "autoglm.http.api-key-file",
                    file().toString(),
                    "autoglm.admission.usage-keys",
                    "2",
                    "autoglm.admission.gateways",
                    "127.0.0.1:1,127.0.0.1:2");
        }

        private static Path file() {
            try {
                return Files.write(
                        Files.createTempFile("keys", ""),
                        List.of(
                                "little:" + hash(ONE_AT_A_TIME) + " concurrency=1 requests-per-minute=1001",
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
    void aGatewayGrantsItsPartOfALimit() {
        assertThat(chat(ONE_AT_A_TIME, hello("")).headers().firstValue("x-ratelimit-limit-requests"))
                .hasValue("501");
        assertThat(Scrape.of(get("/metrics", ONE_AT_A_TIME).body()).sum("autoglm_gateways"))
                .isEqualTo(2);
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

        Await.until(
                "all are counted",
                () -> registry.find("autoglm_usage_requests_total").counters().stream()
                                .mapToDouble(Counter::count)
                                .sum()
                        >= 4);
        assertThat(registry.find("autoglm_usage_requests_total").counters())
                .extracting(counter -> counter.getId().getTag("key"))
                .hasSize(3)
                .contains("other");
    }

    @Test
    void aKeySeesWhatItUsesAndNotWhatOthersUse() {
        chat(FIRST, hello(""));
        chat(PLAIN, hello(""));
        Await.until(
                "two keys are told by name",
                () -> registry.find("autoglm_usage_requests_total").counters().size() >= 2);
        Set<String> named = Set.of("first", "plain", "alias", "little");
        String own = registry.find("autoglm_usage_requests_total").counters().stream()
                .map(counter -> Objects.requireNonNull(counter.getId().getTag("key")))
                .filter(named::contains)
                .findFirst()
                .orElseThrow();

        Scrape seen = Scrape.of(get("/metrics", keyOf(own)).body());

        assertThat(seen.series().keySet())
                .filteredOn(series -> series.startsWith("autoglm_usage_"))
                .isNotEmpty()
                .allMatch(series -> series.contains("key=\"" + own + "\""));
        assertThat(seen.sum("vllm:prompt_tokens_total")).isPositive();
    }

    private static String keyOf(String name) {
        return switch (name) {
            case "first" -> FIRST;
            case "plain" -> PLAIN;
            case "alias" -> OF_AN_ALIAS;
            default -> ONE_AT_A_TIME;
        };
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
