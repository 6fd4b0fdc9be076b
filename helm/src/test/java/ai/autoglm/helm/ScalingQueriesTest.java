package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each scaling query says, by Prometheus' own evaluation over recorded gauges of two gateways. Skipped where
/// there is no promtool, unless AUTOGLM_REQUIRE_PROMETHEUS is 1.
///
/// | minute | gateway a | gateway b           | what is the case                                     |
/// |--------|-----------|---------------------|------------------------------------------------------|
/// | 0–4    | 0         | 0                   | at rest                                              |
/// | 5–9    | 3 units   | 5 units             | under load, or with no pod at all and waiting work   |
/// | 10–14  | 3 units   | gone with its pod   | a gateway ended: its share vanishes within a minute  |
/// | 15–    | gone      | gone                | nobody tells: no value, so KEDA falls back           |
class ScalingQueriesTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long UNIT = 5000;

    @TempDir
    private Path directory;

    @BeforeAll
    static void requirePromtool() {
        Program.requireInstalled("promtool", "AUTOGLM_REQUIRE_PROMETHEUS");
    }

    private static Map<String, String> queries() {
        Map<String, String> queries = new TreeMap<>();
        Chart.rendered(Chart.DIRECTORY.resolve("ci/gpu-values.yaml")).stream()
                .filter(manifest -> manifest.kind().equals("ScaledObject"))
                .forEach(manifest -> queries.put(
                        manifest.json()
                                .at("/metadata/labels/app.kubernetes.io~1component")
                                .asText(),
                        manifest.json().at("/spec/triggers/0/metadata/query").asText()));
        return queries;
    }

    @Test
    void eachBackendHasOne() {
        assertThat(queries())
                .containsOnlyKeys("vision-encoder", "audio-encoder", "decoder")
                .hasEntrySatisfying(
                        "vision-encoder",
                        query -> assertThat(query)
                                .isEqualTo("sum(avg_over_time(autoglm_pending_patches"
                                        + "{bundle=\"5e1f00aa5e1f\",namespace=\"phones\"}[1m]))"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vision-encoder", "audio-encoder", "decoder"})
    void tellsWhatAllGatewaysTogetherHaveToDo(String component) throws IOException {
        String query = queries().getOrDefault(component, "");
        ObjectNode test = YAML.createObjectNode().put("interval", "15s");
        ArrayNode series = test.putArray("input_series");
        record(series, query, "a", "5e1f00aa5e1f", "0x19 %d+0x39 stale".formatted(3 * UNIT));
        record(series, query, "b", "5e1f00aa5e1f", "0x19 %d+0x19 stale".formatted(5 * UNIT));
        // Another model's work, and another installation's, count for nothing.
        record(series, query, "a", "ffffffffffff", "7x80");
        series.addObject()
                .put("series", metric(query) + "{bundle=\"5e1f00aa5e1f\",namespace=\"other\",pod=\"c\"}")
                .put("values", "9x80");
        ArrayNode expectations = test.putArray("promql_expr_test");
        expect(expectations, query, "4m", 0L);
        expect(expectations, query, "8m", 8 * UNIT);
        expect(expectations, query, "12m", 3 * UNIT);
        expect(expectations, query, "20m", null);
        ObjectNode tests = YAML.createObjectNode();
        tests.putArray("rule_files");
        tests.putArray("tests").add(test);
        Path file = directory.resolve("queries.yaml");
        YAML.writeValue(file.toFile(), tests);

        Program.Result result = Program.run(directory, "", List.of("promtool", "test", "rules", file.toString()));

        assertThat(result.output()).as(Files.readString(file)).contains("SUCCESS");
        assertThat(result.status()).isZero();
    }

    private static String metric(String query) {
        return query.substring(query.lastIndexOf('(') + 1, query.indexOf('{'));
    }

    private static void record(ArrayNode series, String query, String pod, String bundle, String values) {
        series.addObject()
                .put(
                        "series",
                        "%s{bundle=\"%s\",namespace=\"phones\",pod=\"%s\"}".formatted(metric(query), bundle, pod))
                .put("values", values);
    }

    private static void expect(ArrayNode expectations, String query, String at, @Nullable Long value) {
        ArrayNode samples =
                expectations.addObject().put("expr", query).put("eval_time", at).putArray("exp_samples");
        if (value != null) {
            samples.addObject().put("labels", "{}").put("value", value);
        }
    }
}
