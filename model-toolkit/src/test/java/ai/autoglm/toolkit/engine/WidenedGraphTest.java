package ai.autoglm.toolkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;

class WidenedGraphTest {
    /// ONNX Runtime computes what stands later first: else the weights of all layers would be wide at once.
    @Test
    void weightsAreWidenedBeforeAnythingElseInTheOrderOfNodes() {
        ModelProto model = ModelProto.newBuilder()
                .setGraph(GraphProto.newBuilder()
                        .addInitializer(
                                TensorProto.newBuilder().setName("scales").setDataType(DataType.FLOAT16.getNumber()))
                        .addNode(node("DequantizeLinear", "first", "codes0", "scales"))
                        .addNode(node("MatMul", "hidden", "input", "first"))
                        .addNode(node("DequantizeLinear", "second", "codes1", "scales"))
                        .addNode(node("MatMul", "output", "hidden", "second")))
                .build();

        assertThat(WidenedGraph.of(model).getGraph().getNodeList())
                .extracting(widened -> widened.getOutput(0))
                .containsExactly("scales", "first", "second", "hidden", "output");
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }
}
