package ai.autoglm.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A Prometheus server that scrapes a few targets every second and knows the product's rules. Tests that need it are
/// skipped where it is not installed, unless the environment variable AUTOGLM_REQUIRE_PROMETHEUS is 1.
final class Prometheus implements AutoCloseable {
    static final Path RULES = Repository.ROOT.resolve("deploy/prometheus");

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Command process;
    private final PrometheusApi api;

    private Prometheus(Command process, PrometheusApi api) {
        this.process = process;
        this.api = api;
    }

    /// Skips the test where `prometheus` and `promtool` are not installed, or fails it.
    static void requireInstalled() throws InterruptedException {
        Installed.require(
                "AUTOGLM_REQUIRE_PROMETHEUS",
                "command -v prometheus && command -v promtool",
                "prometheus and promtool are not installed");
    }

    /// @param targets paths by address, as in `127.0.0.1:9100` to `/q/metrics`
    static Prometheus start(Map<String, String> targets) {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Repository.OUTPUT), "prometheus-");
            Path rules = copyRules(directory);
            Path config = Files.writeString(directory.resolve("prometheus.yml"), config(targets, rules));
            int port = FreePorts.one();
            Command process = Command.start(
                    directory,
                    Map.of(),
                    List.of(
                            "prometheus",
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port));
            PrometheusApi api = new PrometheusApi(URI.create("http://127.0.0.1:" + port));
            Await.until(START_PATIENCE, "Prometheus is ready: " + process.errors(), api::isReady);
            return new Prometheus(process, api);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PrometheusApi api() {
        return api;
    }

    @Override
    public void close() {
        process.close();
    }

    /// The rules, with the promises for the namespace of all targets, as the chart makes them.
    private static Path copyRules(Path directory) throws IOException {
        Path rules = Files.createDirectories(directory.resolve("rules"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(RULES, "*.yaml")) {
            for (Path file : files) {
                Files.copy(file, rules.resolve(file.getFileName()));
            }
        }
        Path promises = rules.resolve("slo.yaml");
        Files.writeString(
                promises,
                Files.readString(promises)
                        .replaceAll("(?m)^( +)- record: .*$(?!\\R +labels)", "$0\n$1  labels: {}")
                        .replace("labels: {", "labels: {namespace: test, "));
        return rules;
    }

    private static String config(Map<String, String> targets, Path rules) {
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
                %s""".formatted(rules, jobs);
    }
}
