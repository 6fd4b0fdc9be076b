package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an upgrade changes, and what it leaves alone.
class ModelChangeTest {
    private static final String OLD = "aaaaaaaa";
    private static final String NEW = "bbbbbbbb";

    @AfterEach
    void forget() {
        Chart.CLUSTER.clear();
    }

    private static Map<String, JsonNode> rendered(Map<String, Object> changes) {
        Map<String, JsonNode> byName = new TreeMap<>();
        Chart.rendered("models-values.yaml", changes)
                .forEach(manifest -> byName.put(manifest.toString(), manifest.json()));
        return byName;
    }

    @Test
    void eachModelHasWorkloadsServicesAndBudgetsOfItsOwn() {
        Map<String, JsonNode> all = rendered(Map.of());

        for (String id : List.of(OLD, NEW)) {
            assertThat(all)
                    .containsKeys(
                            "StatefulSet phone-autoglm-decoder-" + id,
                            "StatefulSet phone-autoglm-vision-encoder-" + id,
                            "Deployment phone-autoglm-audio-encoder-" + id,
                            "Service phone-autoglm-decoder-" + id,
                            "PodDisruptionBudget phone-autoglm-decoder-" + id);
        }
        assertThat(replicas(all, OLD)).isEqualTo(1);
        assertThat(replicas(all, NEW)).isEqualTo(2);
    }

    private static int replicas(Map<String, JsonNode> manifests, String id) {
        JsonNode decoder = Objects.requireNonNull(manifests.get("StatefulSet phone-autoglm-decoder-" + id));
        return decoder.at("/spec/replicas").asInt();
    }

    @Test
    void aWeightChangesTheModelsFileAndNothingElse() {
        Map<String, JsonNode> before =
                rendered(Map.of("apiKeys.existingSecret", "keys", "engineCache.planKey.existingSecret", "k"));
        Map<String, JsonNode> after = rendered(Map.of(
                "apiKeys.existingSecret",
                "keys",
                "engineCache.planKey.existingSecret",
                "k",
                "models[0].weight",
                0,
                "models[1].weight",
                100));

        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after).allSatisfy((name, manifest) -> {
            if (!name.equals("ConfigMap phone-autoglm-models")) {
                assertThat(manifest).isEqualTo(before.get(name));
            }
        });
        assertThat(modelFile(before)).startsWith("autoglm-phone-9b 100 /models/aaaaaaaa\n");
        assertThat(modelFile(after)).isEqualTo("""
                        autoglm-phone-9b 0 /models/aaaaaaaa
                        autoglm-phone-9b 100 /models/bbbbbbbb/bundle
                        autoglm-phone-mini 100 /models/cccccccc/bundle
                        """);
    }

    private static String modelFile(Map<String, JsonNode> manifests) {
        JsonNode map = Objects.requireNonNull(manifests.get("ConfigMap phone-autoglm-models"));
        return map.at("/data/models").asText();
    }

    @Test
    void anotherVersionOfTheChartAloneRestartsNothing() {
        assertThat(Chart.rendered("models-values.yaml", Map.of()))
                .filteredOn(Manifest::hasPods)
                .allSatisfy(workload -> assertThat(
                                workload.pod().at("/metadata/labels").has("helm.sh/chart"))
                        .isEqualTo(workload.kind().equals("Pod")));
    }

    @Test
    void aJobThatWouldDoSomethingElseHasAnotherName() {
        String before = job(Map.of());

        assertThat(job(Map.of())).isEqualTo(before);
        assertThat(job(Map.of("image.tag", "2.0.0"))).isNotEqualTo(before);
        assertThat(job(Map.of("model.pvc.path", "other"))).isNotEqualTo(before);
    }

    private static String job(Map<String, Object> changes) {
        return Chart.rendered("gpu-values.yaml", changes).stream()
                .filter(manifest -> manifest.kind().equals("Job"))
                .map(Manifest::name)
                .findFirst()
                .orElseThrow();
    }

    /// Shared engine caches and decoders on CPUs are Deployments.
    @ParameterizedTest
    @CsvSource({"statefulsets, StatefulSet", "deployments, Deployment"})
    void anUpgradeThatReplacesAModelAnnouncesTheOutage(String collection, String kind) {
        assertThat(Chart.notes("spare-values.yaml", Map.of())).doesNotContain("OUTAGE");

        ObjectNode decoder =
                new JsonMapper().createObjectNode().put("apiVersion", "apps/v1").put("kind", kind);
        decoder.putObject("metadata")
                .put("name", "phone-autoglm-decoder-" + OLD)
                .put("namespace", Chart.NAMESPACE)
                .putObject("labels")
                .put("app.kubernetes.io/instance", Chart.RELEASE)
                .put("app.kubernetes.io/component", "decoder")
                .put("autoglm/bundle", OLD);
        Chart.CLUSTER.put("/apis/apps/v1/namespaces/phones/" + collection, decoder);

        assertThat(Chart.notes("spare-values.yaml", Map.of()))
                .contains("OUTAGE: the model of bundle " + OLD + " ends with this upgrade.");
    }

    @Test
    void theFirstKeySurvivesAnUpgrade() {
        String made = key(Map.of());
        assertThat(made).matches("sk-[A-Za-z0-9]{43}").isNotEqualTo(key(Map.of()));
        ObjectNode secret =
                new JsonMapper().createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
        secret.putObject("metadata").put("name", "phone-autoglm-api-keys").put("namespace", Chart.NAMESPACE);
        secret.putObject("data").put("key", "c2stb2xk");
        Chart.CLUSTER.put("/api/v1/namespaces/phones/secrets", secret);

        assertThat(key(Map.of())).isEqualTo("sk-old");
    }

    private static String key(Map<String, Object> changes) {
        return Chart.rendered("cpu-values.yaml", changes).stream()
                .filter(manifest -> manifest.name().equals("phone-autoglm-api-keys"))
                .map(manifest -> manifest.json().at("/stringData/key").asText())
                .findFirst()
                .orElseThrow();
    }
}
