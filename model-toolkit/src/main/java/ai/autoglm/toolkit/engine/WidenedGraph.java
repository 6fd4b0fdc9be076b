package ai.autoglm.toolkit.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/// A graph of a GPU bundle as ONNX Runtime computes it on a CPU: in fp32, from the same weights. 1.29.0 has no kernel
/// for bf16 on CPUs, not even for a sum, and is three times slower in fp16 than in fp32 (both measured).
final class WidenedGraph {
    private WidenedGraph() {}

    /// Whether anything in the graph has sixteen bits.
    static boolean concerns(ModelProto model) {
        GraphProto graph = model.getGraph();
        return graph.getInitializerList().stream().anyMatch(weight -> isNarrow(weight.getDataType()))
                || graph.getInputList().stream().anyMatch(WidenedGraph::isNarrow);
    }

    /// The same graph with FLOAT in place of FLOAT16 and BFLOAT16. Weights stay as they are stored; a cast stands
    /// before each, which ONNX Runtime computes once as it loads the graph, or when it is needed.
    ///
    /// Nodes that widen weights come first. Of the inputs of a node ONNX Runtime computes first what stands later:
    /// it would widen the weights of all layers before it runs the first layer.
    static ModelProto of(ModelProto model) {
        ModelProto.Builder widened = model.toBuilder();
        GraphProto.Builder graph = widened.getGraphBuilder();
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        graph.getInitializerBuilderList().stream()
                .filter(weight -> isNarrow(weight.getDataType()))
                .forEach(weight -> graph.addNode(widen(weight)));
        nodes.stream().filter(WidenedGraph::widensWeight).forEach(graph::addNode);
        nodes.stream()
                .filter(node -> !widensWeight(node))
                .forEach(node -> graph.addNode(node.getOpType().equals("Cast") ? widen(node) : node));
        graph.getInputBuilderList().forEach(WidenedGraph::widen);
        graph.getOutputBuilderList().forEach(WidenedGraph::widen);
        return widened.build();
    }

    private static boolean widensWeight(NodeProto node) {
        return node.getOpType().equals("DequantizeLinear");
    }

    private static NodeProto widen(TensorProto.Builder weight) {
        String name = weight.getName();
        weight.setName(name + "/stored");
        return NodeProto.newBuilder()
                .setOpType("Cast")
                .setName(name + "/widened")
                .addInput(weight.getName())
                .addOutput(name)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("to")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(DataType.FLOAT.getNumber()))
                .build();
    }

    private static NodeProto widen(NodeProto cast) {
        NodeProto.Builder widened = cast.toBuilder();
        widened.getAttributeBuilderList().stream()
                .filter(attribute -> attribute.getName().equals("to") && isNarrow((int) attribute.getI()))
                .forEach(attribute -> attribute.setI(DataType.FLOAT.getNumber()));
        return widened.build();
    }

    private static void widen(ValueInfoProto.Builder value) {
        if (isNarrow(value.build())) {
            value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
        }
    }

    private static boolean isNarrow(ValueInfoProto value) {
        return isNarrow(value.getType().getTensorType().getElemType());
    }

    private static boolean isNarrow(int type) {
        return type == DataType.FLOAT16.getNumber() || type == DataType.BFLOAT16.getNumber();
    }
}
