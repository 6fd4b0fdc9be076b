package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.graph.Attributes;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// A graph with one more output for each number that may get too large for FLOAT16: the largest magnitude of each
/// product of matrices, of each product of gate and up projection, and of what is rounded to FLOAT16.
///
/// @param model the graph with its additional outputs
/// @param outputs in the order of the graph
record MagnitudeProbe(ModelProto model, List<Output> outputs) {
    private static final Set<String> PROBED = Set.of("MatMul", "Mul", "Add", "Cast", "Attention");

    /// @param name in the graph
    /// @param value the value whose largest magnitude it is
    record Output(String name, String value) {
        /// What was the scope when the value was added, such as `layers.3.mlp`.
        String layer() {
            return value.substring(0, Math.max(0, value.lastIndexOf('/'))).replace('/', '.');
        }
    }

    MagnitudeProbe {
        outputs = List.copyOf(outputs);
    }

    static MagnitudeProbe of(Path file) throws IOException {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
        ModelProto.Builder probed = model.toBuilder();
        GraphProto.Builder graph = probed.getGraphBuilder();
        Set<String> halves = HalfValues.of(model.getGraph());
        List<Output> outputs = new ArrayList<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            String value = node.getOutput(0);
            if (PROBED.contains(node.getOpType()) && halves.contains(value)) {
                Output output = new Output("magnitude:" + value, value);
                add(graph, output);
                outputs.add(output);
            }
        }
        return new MagnitudeProbe(probed.build(), outputs);
    }

    /// The largest of each layer.
    List<LayerMagnitude> layers(Function<Output, Float> magnitude) {
        Map<String, LayerMagnitude> layers = new LinkedHashMap<>();
        for (Output output : outputs) {
            LayerMagnitude found = new LayerMagnitude(output.layer(), output.value(), magnitude.apply(output));
            layers.merge(output.layer(), found, (a, b) -> a.magnitude() >= b.magnitude() ? a : b);
        }
        return List.copyOf(layers.values());
    }

    private static void add(GraphProto.Builder graph, Output output) {
        String absolute = output.name() + "/abs";
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Abs")
                .setName(absolute)
                .addInput(output.value())
                .addOutput(absolute));
        String largest = output.name() + "/max";
        graph.addNode(NodeProto.newBuilder()
                .setOpType("ReduceMax")
                .setName(largest)
                .addInput(absolute)
                .addOutput(largest)
                .addAttribute(Attributes.integer("keepdims", 0)));
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Cast")
                .setName(output.name())
                .addInput(largest)
                .addOutput(output.name())
                .addAttribute(Attributes.integer("to", DataType.FLOAT.getNumber())));
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName(output.name())
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(DataType.FLOAT.getNumber())
                                .setShape(TensorShapeProto.getDefaultInstance()))));
    }
}
