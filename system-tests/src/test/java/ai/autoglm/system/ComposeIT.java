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
    /// From when an encoder serves to when a gateway sends it work.
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(10);

    private static final double REQUESTS_PER_SECOND = 2;
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
    void oneCommandStartsASystemThatAnswers() {
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
    void itStartsAgainAfterAStop() {
        compose("stop", "--timeout", "20");
        assertThat(api.health()).isZero();

        compose("up", "--detach");

        assertAnswers("text-en");
    }

    @Test
    @Order(4)
    void addedEncodersTakeWorkUnderLoadWithoutARestart() {
        OpenLoop.Outcome outcome = OpenLoop.run(new GoldenLoad(api), REQUESTS_PER_SECOND, 1, this::addEncoders);

        assertThat(outcome.failed()).as("%s", outcome).isZero();
    }

    private void addEncoders() {
        int servingBefore = lines("vision-encoder", "Serving bundle");
        int connectedBefore = lines("gateway", "Connected to the vision encoder");
        compose("up", "--detach", "--scale", "vision-encoder=3");

        Await.until(PATIENCE, "two more serve", () -> lines("vision-encoder", "Serving bundle") == servingBefore + 2);
        Await.until(
                FOUND_WITHIN,
                "the gateway has found them",
                () -> lines("gateway", "Connected to the vision encoder") >= connectedBefore + 2);
        Await.until(
                PATIENCE,
                "each encoder is sent pictures",
                () -> prometheus
                                .query("increase(vllm:mm_cache_queries_total{service=\"vision-encoder\"}[1m]) > 0")
                                .size()
                        == 3);
    }

    /// How many lines of a service's log hold a text.
    private static int lines(String service, String text) {
        return (int) compose("logs", "--no-color", service)
                .output()
                .lines()
                .filter(line -> line.contains(text))
                .count();
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

    private static Command.Result compose(String... arguments) {
        try (Command compose = start(arguments)) {
            return compose.await(PATIENCE).requireSuccess();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Command start(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", COMPOSE, "compose", "--file", "deploy/compose/compose.yaml"));
        command.addAll(List.of(arguments));
        return Command.start(Repository.ROOT, ENVIRONMENT, command);
    }
}
