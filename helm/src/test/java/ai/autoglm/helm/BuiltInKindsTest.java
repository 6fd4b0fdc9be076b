package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What Kubernetes itself would read: the models of its own client refuse unknown and missing fields.
class BuiltInKindsTest {
    static Stream<Path> valuesFiles() {
        return Chart.valuesFiles().stream();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void areReadByKubernetesOwnModels(Path valuesFile) {
        List<Manifest> manifests =
                Chart.rendered(valuesFile).stream().filter(Manifest::isBuiltIn).toList();

        assertThat(manifests).hasSizeGreaterThan(15).allSatisfy(KubernetesModels::read);
    }

    private static ObjectNode deployment() {
        return Chart.rendered(Chart.DIRECTORY.resolve("ci/cpu-values.yaml")).stream()
                .filter(manifest -> manifest.kind().equals("Deployment"))
                .findFirst()
                .orElseThrow()
                .json()
                .deepCopy();
    }

    @Test
    void aMissingFieldIsRefused() {
        ObjectNode deployment = deployment();
        ((ObjectNode) deployment.path("spec")).remove("selector");

        assertThatThrownBy(() -> KubernetesModels.read("apps/v1", "Deployment", deployment))
                .hasMessageContaining("selector");
    }

    @Test
    void aMisspelledFieldIsRefused() {
        ObjectNode deployment = deployment();
        ObjectNode container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
        container.set("readinesProbe", container.remove("readinessProbe"));

        assertThatThrownBy(() -> KubernetesModels.read("apps/v1", "Deployment", deployment))
                .hasMessageContaining("readinesProbe");
    }
}
