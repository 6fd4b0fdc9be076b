package ai.autoglm.tensorrt.rules;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Precision;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every graph that the compiler can write passes TensorRT's rules, or is meant for CPUs only.
final class CompiledGraphsTest {
    @TempDir
    private Path directory;

    static Stream<String> checkpoints() {
        return Stream.of("autoglm-phone-mini", "glm4v-flat", "llama-tied");
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void passTheRulesInEveryPrecisionThatGpusTake(String checkpoint) {
        for (Precision precision : Precision.values()) {
            List<ModelProto> graphs = CompiledGraphs.fixed(
                    CompiledGraphs.checkpoint(checkpoint), precision, directory.resolve(precision.toString()));

            assertThat(graphs).isNotEmpty();
            if (GraphTypes.of(precision).isPresent()) {
                assertThat(graphs).allSatisfy(graph -> {
                    assertThat(GraphRules.check(graph)).isEmpty();
                    assertThat(GraphTypes.of(precision).orElseThrow().complaints(graph))
                            .isEmpty();
                });
            }
        }
    }
}
