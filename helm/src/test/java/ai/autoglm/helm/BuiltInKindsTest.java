package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

        assertThat(manifests).hasSizeGreaterThan(15).allSatisfy(BuiltInKindsTest::read);
    }

    @Test
    void aMisspelledFieldIsRefused() {
        String deployment = Chart.rendered(Chart.DIRECTORY.resolve("ci/cpu-values.yaml")).stream()
                .filter(manifest -> manifest.kind().equals("Deployment"))
                .findFirst()
                .orElseThrow()
                .json()
                .toString();

        assertThatThrownBy(() -> read("apps/v1", "Deployment", deployment.replace("readinessProbe", "readinesProbe")))
                .hasStackTraceContaining("readinesProbe");
        assertThatThrownBy(() -> read("apps/v1", "Deployment", deployment.replace("\"selector\"", "\"selectors\"")))
                .hasStackTraceContaining("selectors");
    }

    private static void read(Manifest manifest) throws ReflectiveOperationException {
        read(manifest.apiVersion(), manifest.kind(), manifest.json().toString());
    }

    private static void read(String apiVersion, String kind, String json) throws ReflectiveOperationException {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1).toUpperCase(Locale.ROOT);
        Class<?> model = Class.forName("io.kubernetes.client.openapi.models." + version + kind);
        try {
            model.getMethod("fromJson", String.class).invoke(null, json);
        } catch (InvocationTargetException e) {
            throw new AssertionError(kind + ": " + e.getCause(), e.getCause());
        }
    }
}
