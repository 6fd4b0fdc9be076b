package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// The whole system on one machine, from `deploy/compose/compose.yaml`. The tests are the steps of one life: it is
/// started, started again after a stop, and grows.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ComposeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PROMETHEUS_IMAGE = "autoglm/prometheus:local";
    /// Docker Compose as a plugin of the engine, or the older program of its own.
    private static final String COMPOSE =
            "if docker compose version >/dev/null 2>&1; then exec docker compose \"$@\"; else exec docker-compose \"$@\"; fi";

    private static final int GATEWAY_PORT = FreePorts.one();
    private static final int PROMETHEUS_PORT = FreePorts.one();
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "COMPOSE_PROJECT_NAME",
            "autoglm-it",
            "AUTOGLM_TAG",
            Docker.TAG,
            "AUTOGLM_PORT",
            "127.0.0.1:" + GATEWAY_PORT,
            "PROMETHEUS_PORT",
            "127.0.0.1:" + PROMETHEUS_PORT,
            "PROMETHEUS_IMAGE",
            PROMETHEUS_IMAGE);

    private final ChatApi api = new ChatApi(URI.create("http://127.0.0.1:" + GATEWAY_PORT));
    private final PrometheusApi prometheus = new PrometheusApi(URI.create("http://127.0.0.1:" + PROMETHEUS_PORT));

    @BeforeAll
    static void requireImages() throws InterruptedException {
        Docker.requireImages();
        Docker.require("docker image inspect " + PROMETHEUS_IMAGE, "there is no image " + PROMETHEUS_IMAGE);
        Docker.require("docker compose version || docker-compose version", "there is no Docker Compose");
    }

    @AfterAll
    static void remove() throws InterruptedException {
        try (Command down = start("down", "--volumes", "--timeout", "10")) {
            down.await(PATIENCE);
        }
    }

    @Test
    @Order(1)
    void oneCommandStartsASystemThatAnswers() throws InterruptedException {
        compose("up", "--detach");

        assertAnswers("text-en", "screen0-q1", "speech0");
    }

    @Test
    @Order(2)
    void prometheusScrapesEveryServiceAndEvaluatesTheRules() {
        for (String service : List.of("gateway", "vision-encoder", "audio-encoder", "decoder")) {
            Await.until(
                    PATIENCE,
                    service + " is scraped",
                    () -> prometheus
                                    .query("up{service=\"" + service + "\"} == 1")
                                    .size()
                            == 1);
        }
        Await.until(PATIENCE, "each rule is evaluated", () -> health().equals(Set.of("ok")));
    }

    @Test
    @Order(3)
    void itStartsAgainAfterAStop() throws InterruptedException {
        compose("stop", "--timeout", "20");
        assertThat(api.health()).isZero();

        compose("up", "--detach");

        assertAnswers("text-en");
    }

    @Test
    @Order(4)
    void addedEncodersTakeWorkWithoutARestart() throws InterruptedException {
        compose("up", "--detach", "--scale", "vision-encoder=3");

        Await.until(
                PATIENCE,
                "the gateway has found three encoders",
                () -> prometheus
                        .query("max(autoglm_backends{backend=\"vision-encoder\", state=\"ready\"})")
                        .equals(List.of(3.0)));
        GoldenLoad load = new GoldenLoad(api);
        Await.until(PATIENCE, "each encoder is sent pictures", () -> {
            load.sendNext();
            return prometheus
                            .query("increase(vllm:mm_cache_queries_total{service=\"vision-encoder\"}[1m]) > 0")
                            .size()
                    == 3;
        });
    }

    private void assertAnswers(String... goldenCases) {
        Await.until(PATIENCE, "the gateway has its backends", () -> api.health() == 200);
        for (String name : goldenCases) {
            GoldenCase golden = GoldenCase.named(name);
            assertThat(api.send(golden.request()).content()).isEqualTo(golden.greedyText());
        }
    }

    private Set<String> health() {
        Set<String> states = new HashSet<>();
        for (JsonNode group : prometheus.rules()) {
            group.path("rules").forEach(rule -> states.add(rule.path("health").asText()));
        }
        return states;
    }

    private static void compose(String... arguments) throws InterruptedException {
        try (Command compose = start(arguments)) {
            compose.await(PATIENCE).requireSuccess();
        }
    }

    private static Command start(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", COMPOSE, "compose", "--file", "deploy/compose/compose.yaml"));
        command.addAll(List.of(arguments));
        return Command.start(Repository.ROOT, ENVIRONMENT, command);
    }
}
