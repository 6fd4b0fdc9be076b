package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChartTest {
    @TempDir
    private Path scratch;

    static Stream<Path> valuesFiles() {
        return Chart.valuesFiles().stream();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void lints(Path valuesFile) throws IOException {
        LintResult result = Chart.lint(valuesFile, scratch);

        assertThat(result.getMessages())
                .noneMatch(message -> message.contains("[ERROR]") || message.contains("[WARNING]"));
        assertThat(result.isFailed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void rendersNamesThatNoOtherObjectOfTheKindHas(Path valuesFile) {
        List<Manifest> manifests = Chart.rendered(valuesFile);

        assertThat(manifests)
                .extracting(Manifest::toString)
                .doesNotHaveDuplicates()
                .anyMatch(name -> name.matches("Deployment .*-gateway"))
                .anyMatch(name -> name.matches("Pod .*-test"));
    }

    @Test
    void rendersTheSameTwiceButForTheKey() {
        Path file = Chart.DIRECTORY.resolve("ci/gpu-values.yaml");

        assertThat(Chart.rendered("gpu-values.yaml", Map.of())).isEqualTo(Chart.rendered(file));
    }

    @Test
    void theNotesSayWhatToDoNext() {
        String notes = new Helm(Chart.DIRECTORY)
                .install()
                .withName(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeVersion(Chart.KUBERNETES)
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withValuesFile(Chart.DIRECTORY.resolve("ci/cpu-values.yaml"))
                .call()
                .getOutput();

        assertThat(notes)
                .contains("autoglm-phone-9b: bundle 0123abcd, weight 100.")
                .contains("kubectl -n phones rollout status deployment/phone-autoglm-gateway")
                .contains("helm -n phones test phone --logs")
                .contains("get secret phone-autoglm-api-keys");
    }
}
