package ai.autoglm.tensorrt.rules;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Precision;
import ai.onnx.proto.OnnxMl.ModelProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GraphTypesTest {
    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void someAreForProcessorsOnly(Precision precision) {
        assertThat(GraphTypes.of(precision)).isEmpty();
    }

    @Test
    void aBf16GraphHasNoFp16() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .weight("w", GraphType.BFLOAT16, 8, 8)
                .build();

        assertThat(GraphTypes.of(Precision.BF16).orElseThrow().complaints(graph))
                .singleElement()
                .asString()
                .startsWith("x is FLOAT16");
        assertThat(GraphTypes.of(Precision.FP16).orElseThrow().complaints(graph))
                .singleElement()
                .asString()
                .startsWith("w is BFLOAT16");
    }

    @Test
    void fourBitsAreForWeights() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .input("at", GraphType.INT64, 2)
                .weight("w", GraphType.INT4, 8, 8)
                .build();

        assertThat(GraphTypes.of(Precision.INT4_FP16).orElseThrow().complaints(graph))
                .isEmpty();
        assertThat(GraphTypes.of(Precision.FP16).orElseThrow().complaints(graph))
                .hasSize(1);
    }
}
