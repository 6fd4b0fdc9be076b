package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Custom resources against the types that KEDA, Gateway API, prometheus-operator and cert-manager publish: their
/// validators, and a compiler that knows each key. Skipped where there is no npm, unless AUTOGLM_REQUIRE_NODE is 1.
class CustomResourcesTest {
    private static final Path SCRIPTS = Chart.ROOT.resolve("helm/src/test/node");
    private static final JsonMapper JSON = new JsonMapper();

    @BeforeAll
    static void installTypes() {
        Program.requireInstalled("npm", "AUTOGLM_REQUIRE_NODE");
        if (!Files.isDirectory(SCRIPTS.resolve("node_modules"))) {
            Program.run(SCRIPTS, "", List.of("npm", "ci", "--no-audit", "--no-fund"))
                    .requireSuccess();
        }
    }

    private static List<Manifest> customResources() {
        return Chart.valuesFiles().stream()
                .flatMap(file -> Chart.rendered(file).stream())
                .filter(manifest -> !manifest.isBuiltIn())
                .toList();
    }

    private static String check(List<? extends JsonNode> resources) {
        ArrayNode array = JSON.createArrayNode().addAll(resources);
        return Program.run(SCRIPTS, array.toString(), List.of("node", "check.mjs"))
                .requireSuccess();
    }

    @Test
    void areWhatTheirMakersPublish() {
        List<Manifest> resources = customResources();

        assertThat(resources)
                .extracting(Manifest::kind)
                .contains("ScaledObject", "HTTPRoute", "Certificate", "Issuer", "PodMonitor", "ServiceMonitor");
        assertThat(check(resources.stream().map(Manifest::json).toList()).strip())
                .isEqualTo("[]");
    }

    @Test
    void aKeyThatNobodyKnowsIsFound() throws JsonProcessingException {
        ObjectNode scaled = customResources().stream()
                .filter(manifest -> manifest.kind().equals("ScaledObject"))
                .findFirst()
                .orElseThrow()
                .json()
                .deepCopy();
        ((ObjectNode) scaled.at("/spec/advanced/horizontalPodAutoscalerConfig")).put("behaviour", "fast");
        ((ObjectNode) scaled.path("spec")).put("maxReplicaCount", "many");

        assertThat(JSON.readTree(check(List.of(scaled))))
                .hasSizeGreaterThan(1)
                .anyMatch(problem -> problem.asText().contains("behaviour"))
                .anyMatch(problem -> problem.asText().contains("maxReplicaCount must be integer"));
    }
}
