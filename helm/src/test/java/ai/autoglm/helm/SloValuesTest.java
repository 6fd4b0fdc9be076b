package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The promises are values: the alerts that the chart installs watch those that were given, by Prometheus' own tool.
class SloValuesTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    private Path directory;

    /// The rules of a release with these values, as files.
    private List<String> rules(String slo) throws IOException {
        ObjectNode values = (ObjectNode) Chart.yaml(Chart.DIRECTORY.resolve("ci/gpu-values.yaml"));
        values.set("slo", Chart.yaml(slo));
        Path file = directory.resolve("values.yaml");
        YAML.writeValue(file.toFile(), values);
        for (Manifest manifest : Chart.parse(Chart.render(file, Map.of()))) {
            if (manifest.kind().equals("PrometheusRule")) {
                YAML.writeValue(
                        directory.resolve(manifest.name() + ".yaml").toFile(),
                        manifest.json().path("spec"));
            }
        }
        return List.of("phone-autoglm-slo.yaml", "phone-autoglm-slo-errors.yaml", "phone-autoglm-alerts.yaml");
    }

    private JsonNode values() {
        return Chart.yaml(directory.resolve("phone-autoglm-slo.yaml")).at("/groups/0/rules");
    }

    @Test
    void eachValueIsInItsRule() throws IOException {
        rules("""
                {availability: 0.99, firstTokenRatio: 0.9, leastRequests: 1000000,
                 firstTokenSeconds: {text: 0.25, image: 10, audio: 640}}""");

        assertThat(values())
                .extracting(rule -> rule.path("record").asText().replace("autoglm:slo_", "") + " "
                        + rule.at("/labels/slo").asText()
                        + rule.at("/labels/kind").asText() + " "
                        + rule.at("/labels/le").asText() + rule.path("expr").asText()
                        + rule.at("/labels/namespace").asText())
                .containsExactly(
                        "objective:ratio availability vector(0.99)phones",
                        "objective:ratio first_tokentext vector(0.9)phones",
                        "objective:ratio first_tokenimage vector(0.9)phones",
                        "objective:ratio first_tokenaudio vector(0.9)phones",
                        "first_token_bound:info text 0.25vector(1)phones",
                        "first_token_bound:info image 10.0vector(1)phones",
                        "first_token_bound:info audio 640.0vector(1)phones",
                        "least_requests:count  vector(1000000)phones");
    }

    @Test
    void aLaxerPromiseIsBrokenLater() throws IOException {
        Program.requireInstalled("promtool", "AUTOGLM_REQUIRE_PROMETHEUS");
        // Of a hundred requests two fail, and ninety with an image have no token within 2.5 s, but all within 5 s.
        assertThat(alerts("{}")).containsExactly("phones availability", "phones first_token");
        assertThat(alerts("{availability: 0.99}")).containsExactly("phones first_token");
        assertThat(alerts("{availability: 0.99, firstTokenSeconds: {image: 5}}"))
                .isEmpty();
        assertThat(alerts("{availability: 0.99, firstTokenRatio: 0.8}")).isEmpty();
        assertThat(alerts("{leastRequests: 100000}")).isEmpty();
    }

    @Test
    void releasesInOnePrometheusHavePromisesOfTheirOwn() throws IOException {
        Program.requireInstalled("promtool", "AUTOGLM_REQUIRE_PROMETHEUS");
        rules("{availability: 0.99}");
        String lax = Files.readString(directory.resolve("phone-autoglm-slo.yaml"));
        Files.writeString(directory.resolve("other-slo.yaml"), lax.replace("phones", "others"));
        List<String> files = new ArrayList<>(rules("{}"));
        files.add("other-slo.yaml");

        assertThat(alerts(files, List.of("phones", "others")))
                .containsExactly("others first_token", "phones availability", "phones first_token");
    }

    private List<String> alerts(String slo) throws IOException {
        return alerts(rules(slo), List.of(Chart.NAMESPACE));
    }

    /// The promises for which somebody is woken after three hours, with the namespace of their release.
    private List<String> alerts(List<String> ruleFiles, List<String> namespaces) throws IOException {
        ObjectNode test = YAML.createObjectNode().put("interval", "1m");
        ArrayNode series = test.putArray("input_series");
        for (String namespace : namespaces) {
            String label = "namespace=\"" + namespace + "\"}";
            record(series, "autoglm_requests_total{code=\"ok\",fault=\"none\"," + label, 98);
            record(series, "autoglm_requests_total{code=\"internal_error\",fault=\"server\"," + label, 2);
            record(series, "autoglm_request_first_token_seconds_bucket{kind=\"image\",le=\"2.5\"," + label, 10);
            record(series, "autoglm_request_first_token_seconds_bucket{kind=\"image\",le=\"5.0\"," + label, 100);
            record(series, "autoglm_request_first_token_seconds_count{kind=\"image\"," + label, 100);
        }
        // That nothing fires is said, so that promtool tells what does.
        test.putArray("alert_rule_test")
                .addObject()
                .put("alertname", "AutoglmErrorBudgetBurnsFast")
                .put("eval_time", "3h");
        ObjectNode tests = YAML.createObjectNode().put("evaluation_interval", "1m");
        ArrayNode files = tests.putArray("rule_files");
        ruleFiles.forEach(files::add);
        tests.putArray("group_eval_order")
                .add("autoglm-slo-values")
                .add("autoglm-slo-errors")
                .add("autoglm-slo");
        tests.putArray("tests").add(test);
        Path file = directory.resolve("test.yaml");
        YAML.writeValue(file.toFile(), tests);
        String output = Program.run(directory, "", List.of("promtool", "test", "rules", file.toString()))
                .output();
        return Pattern.compile("namespace=\"(\\w+)\".*?slo=\"(\\w+)\"")
                .matcher(output)
                .results()
                .map((MatchResult found) -> found.group(1) + " " + found.group(2))
                .distinct()
                .sorted()
                .toList();
    }

    private static void record(ArrayNode series, String name, int perMinute) {
        series.addObject().put("series", name).put("values", "0+" + perMinute + "x200");
    }

    /// The schema takes no other bound than a bucket: those that docs/alerts.md lists.
    @Test
    void aBoundIsABucket() throws IOException {
        JsonNode bounds =
                Chart.json(Chart.DIRECTORY.resolve("values.schema.json")).at("/$defs/firstTokenBucket/enum");
        String alerts = Files.readString(Chart.ROOT.resolve("docs/alerts.md")).replaceAll("\\s+", " ");
        String buckets = String.join(
                ", ",
                bounds.valueStream()
                        .map(bound -> Double.toString(bound.asDouble()))
                        .toList());

        assertThat(alerts).contains("Use one of " + buckets);
    }
}
