package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What an operator sees of running services: metrics through a real Prometheus, traces through a collector, logs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObservabilityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\(([a-z_:]+), ([a-z_]+)\\)");

    private final TraceReceiver traces = new TraceReceiver();
    private TestCluster cluster;

    @BeforeAll
    void startCluster() {
        cluster = TestCluster.start(
                "observability",
                Map.of("otel.exporter.otlp.endpoint", traces.endpoint(), "otel.bsp.schedule.delay", "100"));
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
        traces.close();
    }

    /// Queries of backends that this cluster cannot show, such as GPUs, meet recorded metrics.
    @Test
    void everyQueryOfTheDashboardsAndOfVllmsReturnsASeries() throws InterruptedException {
        Prometheus.requireInstalled();
        Map<String, String> recorded = Map.of(
                "dcgm", Repository.text("dcgm-exposition.txt"), "backends", Repository.text("backends-exposition.txt"));
        try (ExpositionServer exposition = new ExpositionServer(recorded);
                ExpositionServer gpus = new ExpositionServer(recorded);
                Prometheus server = Prometheus.start(targets(exposition, gpus))) {
            PrometheusApi prometheus = server.api();
            // A rate needs a sample from before, and a mean an increase that Prometheus has seen.
            Await.until(
                    PATIENCE,
                    "all are scraped",
                    () -> prometheus.query("up == 1").size() == 6);
            makeTraffic("screen0.png", "speech0.wav");
            Await.until(
                    PATIENCE,
                    "usage is scraped",
                    () -> !prometheus
                            .query("autoglm_usage_engine_seconds_total > 0")
                            .isEmpty());
            makeTraffic("screen1.png", "speech1.wav");

            List<String> expressions = new ArrayList<>(VllmDashboard.expressions());
            Dashboard.all().stream()
                    .flatMap(dashboard -> dashboard.queries().stream())
                    .map(Dashboard.Query::filledIn)
                    .forEach(expressions::add);
            assertThat(expressions).hasSizeGreaterThan(100);
            for (String expression : expressions) {
                Await.until(
                        PATIENCE,
                        "a series for " + expression,
                        () -> !prometheus.query(expression).isEmpty());
            }
            assertVariablesHaveValues(prometheus);
            assertRulesAreEvaluated(prometheus);
        }
    }

    @Test
    void oneIdGoesFromTheClientsHeaderToEveryServicesLog() {
        // Logs of earlier runs may be in the same files.
        String id = "everywhere-" + System.nanoTime();
        send(withImageAndSpeech("screen0.png", "speech0.wav"), Map.of("x-request-id", id));

        for (Service service : Service.values()) {
            Await.until(
                    PATIENCE,
                    "the " + service + " logs one line of the request",
                    () -> cluster.log(service)
                                    .lines()
                                    .filter(line -> line.contains("request=" + id + " "))
                                    .count()
                            == 1);
        }
    }

    @Test
    void aRequestIsOneTraceAcrossAllServices() {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        String clientSpan = "00f067aa0ba902b7";

        send(
                withImageAndSpeech("screen2.png", "speech2.wav"),
                Map.of("traceparent", "00-" + traceId + "-" + clientSpan + "-01"));

        List<String> expected = List.of(
                "autoglm-audio-encoder decode",
                "autoglm-audio-encoder encode",
                "autoglm-audio-encoder encode",
                "autoglm-audio-encoder receive",
                "autoglm-audio-encoder send",
                "autoglm-decoder decode",
                "autoglm-decoder generate",
                "autoglm-decoder prefill",
                "autoglm-decoder queue",
                "autoglm-gateway POST /v1/chat/completions",
                "autoglm-gateway admit",
                "autoglm-gateway answer",
                "autoglm-gateway encode",
                "autoglm-gateway encode",
                "autoglm-gateway generate",
                "autoglm-gateway load-media",
                "autoglm-gateway parse",
                "autoglm-gateway prompt",
                "autoglm-gateway receive",
                "autoglm-vision-encoder decode",
                "autoglm-vision-encoder encode",
                "autoglm-vision-encoder encode",
                "autoglm-vision-encoder receive",
                "autoglm-vision-encoder send");
        Await.until(PATIENCE, "all spans have come", () -> traces.trace(traceId).size() >= expected.size());
        List<TraceReceiver.Span> spans = traces.trace(traceId);
        assertThat(spans.stream()
                        .map(span -> span.service() + " " + span.name())
                        .sorted())
                .containsExactlyElementsOf(expected);
        assertThat(onlySpan(spans, "autoglm-gateway", "POST /v1/chat/completions")
                        .parentId())
                .isEqualTo(clientSpan);
        assertThat(onlySpan(spans, "autoglm-decoder", "generate").parentId())
                .isEqualTo(onlySpan(spans, "autoglm-gateway", "generate").id());
        assertThat(onlySpan(spans, "autoglm-decoder", "prefill").parentId())
                .isEqualTo(onlySpan(spans, "autoglm-decoder", "generate").id());
    }

    private Map<String, String> targets(ExpositionServer exposition, ExpositionServer gpus) {
        Map<String, String> targets = new HashMap<>();
        for (Service service : Service.values()) {
            targets.put("127.0.0.1:" + cluster.managementPort(service), "/q/metrics");
        }
        targets.put(exposition.address(), "/backends");
        targets.put(gpus.address(), "/dcgm");
        return targets;
    }

    /// Requests of each kind, media that come for the first and for the second time, a grammar, and an error.
    private void makeTraffic(String screen, String speech) {
        send(withImageAndSpeech(screen, speech), Map.of());
        send(ChatRequests.ask(ChatRequests.audio(Repository.golden(speech), "wav"), "What?"), Map.of());
        send(GoldenCase.named("text-en").request(), Map.of());
        send(
                ChatRequests.with(ChatRequests.ask("Hi"), "structured_outputs", Map.of("choice", List.of("yes", "no"))),
                Map.of());
        ChatAnswer refused = cluster.api().send("{".getBytes(StandardCharsets.UTF_8), Map.of());
        assertThat(refused.status()).isEqualTo(400);
    }

    private static Map<String, Object> withImageAndSpeech(String screen, String speech) {
        return ChatRequests.ask(
                ChatRequests.image(Repository.golden(screen)),
                ChatRequests.audio(Repository.golden(speech), "wav"),
                "What is this?");
    }

    private void send(Map<String, Object> request, Map<String, String> headers) {
        ChatAnswer answer = cluster.api().send(Json.write(request).getBytes(StandardCharsets.UTF_8), headers);
        assertThat(answer.status()).isEqualTo(200);
    }

    private static void assertVariablesHaveValues(PrometheusApi prometheus) {
        for (Dashboard dashboard : Dashboard.all()) {
            for (String query : dashboard.variableQueries()) {
                Matcher matcher = LABEL_VALUES.matcher(query);
                assertThat(matcher.matches()).as(query).isTrue();
                assertThat(prometheus.labelValues(matcher.group(2), matcher.group(1)))
                        .as(query)
                        .isNotEmpty();
            }
        }
    }

    private static void assertRulesAreEvaluated(PrometheusApi prometheus) {
        int count = 0;
        for (JsonNode group : prometheus.rules()) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("health").asText())
                        .as(rule.path("name").asText() + " " + rule.path("lastError"))
                        .isEqualTo("ok");
                count++;
            }
        }
        assertThat(count).isGreaterThan(30);
        assertThat(prometheus.query("autoglm:slo_errors:ratio_rate5m{slo=\"availability\"}"))
                .containsExactly(0.0);
        assertThat(prometheus.query("autoglm:slo_errors:ratio_rate5m{slo=\"first_token\"}"))
                .as("one for each kind that was asked for")
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(prometheus.query("ALERTS{alertname=\"AutoglmSloBoundIsNoBucket\"}"))
                .isEmpty();
    }

    private static TraceReceiver.Span onlySpan(List<TraceReceiver.Span> spans, String service, String name) {
        List<TraceReceiver.Span> found = spans.stream()
                .filter(span -> span.service().equals(service) && span.name().equals(name))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
