package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The product's alerts, by Prometheus' own tool on made-up series.
final class AlertRulesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path TESTS = Prometheus.RULES.resolve("tests");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    @BeforeAll
    static void requirePromtool() throws InterruptedException {
        Prometheus.requireInstalled();
    }

    @Test
    void prometheusAcceptsTheRules() throws InterruptedException {
        promtool("check", files(Prometheus.RULES));
    }

    @Test
    void eachAlertFiresAndClears() throws InterruptedException {
        promtool("test", files(TESTS));
    }

    @Test
    void noAlertIsUntested() {
        String tests = files(TESTS).stream().map(AlertRulesIT::read).reduce("", String::concat);
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(tests)
                    .as("it fires")
                    .containsPattern("alertname: " + alert + "\n +eval_time: \\w+\n +exp_alerts");
            assertThat(tests).as("it clears").containsPattern("\\{alertname: " + alert + ", eval_time: \\w+}");
        });
    }

    @Test
    void eachAlertIsExplained() {
        String explanations = read(Repository.ROOT.resolve("docs/alerts.md"));
        String rules = read(Prometheus.RULES.resolve("alerts.yaml"));
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(explanations).contains("\n## " + alert + "\n");
            assertThat(rules).contains("docs/alerts.md#" + alert.toLowerCase(Locale.ROOT));
        });
    }

    private static List<String> alerts() {
        Matcher alert = ALERT.matcher(read(Prometheus.RULES.resolve("alerts.yaml")));
        return alert.results().map(found -> found.group(1)).toList();
    }

    private static void promtool(String verb, List<Path> files) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool", verb, "rules"));
        files.forEach(file -> command.add(file.toString()));
        Command.run(Repository.ROOT, PATIENCE, command).requireSuccess();
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
