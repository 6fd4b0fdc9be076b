package ai.autoglm.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// A Prometheus server that scrapes a few targets every second and knows the product's rules. Tests that need it are
/// skipped where it is not installed, unless the environment variable AUTOGLM_REQUIRE_PROMETHEUS is 1.
final class Prometheus implements AutoCloseable {
    static final Path RULES = Repository.ROOT.resolve("deploy/prometheus");

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Command process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Command process, URI address) {
        this.process = process;
        this.address = address;
    }

    /// Skips the test where `prometheus` and `promtool` are not installed, or fails it.
    static void requireInstalled() throws InterruptedException {
        if (!"1".equals(System.getenv("AUTOGLM_REQUIRE_PROMETHEUS"))) {
            List<String> look = List.of("sh", "-c", "command -v prometheus && command -v promtool");
            assumeTrue(
                    Command.run(Repository.ROOT, Duration.ofSeconds(10), look).status() == 0,
                    "prometheus and promtool are not installed");
        }
    }

    /// @param targets paths by address, as in `127.0.0.1:9100` to `/q/metrics`
    static Prometheus start(Map<String, String> targets) {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Repository.OUTPUT), "prometheus-");
            Path config = Files.writeString(directory.resolve("prometheus.yml"), config(targets));
            int port = FreePorts.one();
            Command process = Command.start(
                    directory,
                    Map.of(),
                    List.of(
                            "prometheus",
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port));
            Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
            Await.until(START_PATIENCE, "Prometheus is ready: " + process.errors(), prometheus::isReady);
            return prometheus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The values that an expression has now; NaN is none.
    List<Double> query(String expression) {
        JsonNode result = get("/api/v1/query?query=" + encoded(expression)).path("result");
        return StreamSupport.stream(result.spliterator(), false)
                .map(series ->
                        Double.parseDouble(series.path("value").path(1).asText().replace("Inf", "Infinity")))
                .filter(value -> !value.isNaN())
                .toList();
    }

    /// The values of a label of all series of a name.
    List<String> labelValues(String label, String name) {
        JsonNode values = get("/api/v1/label/" + label + "/values?match[]=" + encoded(name));
        return StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /// All groups of rules, with the health of each rule.
    JsonNode rules() {
        return get("/api/v1/rules").path("groups");
    }

    @Override
    public void close() {
        process.close();
    }

    private boolean isReady() {
        try {
            return fetch("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private JsonNode get(String path) {
        JsonNode answer = Json.read(fetch(path).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.path("data");
    }

    private HttpResponse<String> fetch(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(address + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String config(Map<String, String> targets) {
        String jobs = targets.entrySet().stream()
                .map(target -> """
                          - job_name: "%1$s"
                            metrics_path: %2$s
                            static_configs:
                              - targets: ["%1$s"]
                                labels: {namespace: test}
                        """.formatted(target.getKey(), target.getValue()))
                .collect(Collectors.joining());
        return """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: ["%s/*.yaml"]
                scrape_configs:
                %s""".formatted(RULES, jobs);
    }
}
