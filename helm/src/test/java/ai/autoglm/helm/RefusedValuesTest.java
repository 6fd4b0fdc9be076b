package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values that must not render, each with its sentence: `refused-values.txt`.
class RefusedValuesTest {
    private static final Path CASES = Chart.ROOT.resolve("helm/src/test/resources/refused-values.txt");

    /// Changes to a values file of CI, and what the chart says to them.
    record Case(String kubernetes, Path valuesFile, Map<String, Object> changes, String sentence) {}

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        Map<String, Object> changes = new TreeMap<>();
        String kubernetes = Chart.KUBERNETES;
        Path file = Chart.DIRECTORY;
        for (String line : Files.readAllLines(CASES)) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            if (line.startsWith("= ")) {
                file = Chart.DIRECTORY.resolve("ci").resolve(line.substring(2));
                kubernetes = Chart.KUBERNETES;
            } else if (line.startsWith("@ ")) {
                kubernetes = line.substring(2);
            } else if (line.startsWith("> ")) {
                cases.add(new Case(kubernetes, file, Map.copyOf(changes), line.substring(2)));
                changes.clear();
            } else {
                int equals = line.indexOf('=');
                changes.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areRefusedWithTheirSentence(Case refused) {
        assertThatThrownBy(() -> Chart.render(refused.kubernetes(), refused.valuesFile(), refused.changes()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(refused.sentence());
    }

    @Test
    void eachSentenceOfTheChartIsTried() throws IOException {
        String templates = Files.readString(Chart.DIRECTORY.resolve("templates/_validation.tpl"));
        int sentences = templates.split("\\bfail \\(?", -1).length - 1;

        long tried = cases().stream()
                .map(Case::sentence)
                .filter(sentence -> sentence.endsWith("."))
                .distinct()
                .count();

        assertThat(tried).isGreaterThanOrEqualTo(sentences);
    }

    static Stream<String> versions() {
        return Stream.of("1.30.0", "1.31.2-gke.100", "1.36.0");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyOtherClusterIsServed(String kubernetes) {
        String rendered = Chart.render(kubernetes, Chart.DIRECTORY.resolve("ci/gpu-values.yaml"), Map.of());

        assertThat(rendered).contains("kind: StatefulSet");
    }
}
