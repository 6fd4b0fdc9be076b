package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules and dashboards that the chart installs are those of `deploy`, all of them and, with the chart's own values, as
/// they are; the documents know each alert, and the meters that pods are scaled by.
class WatchingTest {
    private static final Path RULES = Chart.ROOT.resolve("deploy/prometheus");
    private static final Path DASHBOARDS = Chart.ROOT.resolve("deploy/grafana");

    private static Map<String, Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(ending, ""),
                            file -> file,
                            (one, other) -> one,
                            TreeMap::new));
        }
    }

    private static Map<String, JsonNode> rendered(String valuesFile, String kind, String prefix) {
        return Chart.rendered(Chart.DIRECTORY.resolve("ci").resolve(valuesFile)).stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .filter(manifest -> manifest.json()
                        .at("/metadata/labels/app.kubernetes.io~1component")
                        .asText()
                        .equals("metrics"))
                .filter(manifest -> manifest.name().startsWith(prefix))
                .collect(Collectors.toMap(
                        manifest -> manifest.name().substring(prefix.length()),
                        Manifest::json,
                        (one, other) -> one,
                        TreeMap::new));
    }

    @Test
    void prometheusOperatorGetsAllRules() throws IOException {
        Map<String, Path> files = files(RULES, ".yaml");
        Map<String, JsonNode> rules = rendered("gpu-values.yaml", "PrometheusRule", "phone-autoglm-");

        assertThat(files).containsKeys("alerts", "slo", "slo-errors");
        assertThat(rules.keySet()).isEqualTo(files.keySet());
        assertThat(rules)
                .allSatisfy((name, rule) ->
                        assertThat(rule.path("spec")).isEqualTo(asOfTheRelease(files.getOrDefault(name, RULES))));
    }

    /// A file of rules, with the release's namespace where that is what tells promises of releases from each other.
    private static JsonNode asOfTheRelease(Path file) {
        JsonNode rules = Chart.yaml(file);
        if (file.endsWith("slo.yaml")) {
            rules.at("/groups/0/rules")
                    .forEach(rule -> ((ObjectNode) rule).withObject("/labels").put("namespace", Chart.NAMESPACE));
        }
        return rules;
    }

    @Test
    void anyOtherPrometheusGetsThemAsFiles() throws IOException {
        Map<String, Path> files = files(RULES, ".yaml");
        Map<String, JsonNode> maps = rendered("spare-values.yaml", "ConfigMap", "autoglm-");

        assertThat(maps.keySet()).isEqualTo(files.keySet());
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String text = Objects.requireNonNull(maps.get(file.getKey()))
                    .at("/data/" + file.getKey() + ".yaml")
                    .asText();
            if (file.getKey().equals("slo")) {
                assertThat(Chart.yaml(text)).isEqualTo(asOfTheRelease(file.getValue()));
            } else {
                assertThat(text).isEqualTo(Files.readString(file.getValue()));
            }
        }
    }

    @Test
    void grafanaGetsAllDashboards() throws IOException {
        Map<String, Path> files = files(DASHBOARDS, ".json");
        Map<String, JsonNode> maps = rendered("gpu-values.yaml", "ConfigMap", "phone-autoglm-dashboard-");

        assertThat(files).containsKeys("overview", "decoder", "encoders", "gpu");
        assertThat(maps.keySet()).isEqualTo(files.keySet());
        for (Map.Entry<String, Path> file : files.entrySet()) {
            JsonNode map = Objects.requireNonNull(maps.get(file.getKey()));
            assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
            assertThat(map.at("/data/" + file.getKey() + ".json").asText().strip())
                    .isEqualTo(Files.readString(file.getValue()).strip());
        }
    }

    @Test
    void operationsTellsOfEachAlertAndOfNoOther() throws IOException {
        List<String> alerts = Chart.yaml(RULES.resolve("alerts.yaml")).findValuesAsText("alert");
        String operations = Files.readString(Chart.ROOT.resolve("docs/operations.md"));
        Set<String> told = Pattern.compile("^\\| \\[(Autoglm\\w+)]\\(alerts\\.md#(\\w+)\\) \\|", Pattern.MULTILINE)
                .matcher(operations)
                .results()
                .peek(row -> assertThat(row.group(2)).isEqualToIgnoringCase(row.group(1)))
                .map(row -> row.group(1))
                .collect(Collectors.toSet());

        assertThat(told).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(Files.readAllLines(Chart.ROOT.resolve("docs/alerts.md")))
                .containsAll(alerts.stream().map(alert -> "## " + alert).toList());
    }

    @Test
    void podsAreScaledByMetersThatGatewaysHave() throws IOException {
        String operations = Files.readString(Chart.ROOT.resolve("docs/operations.md"));
        String demand = Files.readString(Chart.DIRECTORY.resolve("templates/backend/_demand.tpl"));
        Set<String> meters = Pattern.compile("autoglm_\\w+")
                .matcher(demand)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(meters)
                .hasSize(3)
                .allSatisfy(meter -> assertThat(operations).contains("| `" + meter + "{bundle}` | gauge |"));
    }
}
