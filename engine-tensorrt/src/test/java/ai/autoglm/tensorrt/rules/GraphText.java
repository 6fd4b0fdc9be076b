package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/// Writes small graphs in tests. Attributes belong to the node added last.
final class GraphText {
    private final GraphProto.Builder graph = GraphProto.newBuilder();

    GraphText input(String name, GraphType type, Object... extents) {
        graph.addInput(value(name, type, extents));
        return this;
    }

    GraphText output(String name, GraphType type, Object... extents) {
        graph.addOutput(value(name, type, extents));
        return this;
    }

    GraphText weight(String name, GraphType type, long... extents) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.number());
        for (long extent : extents) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return this;
    }

    GraphText node(String operator, String output, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output));
        return this;
    }

    GraphText integer(String name, long value) {
        graph.getNodeBuilder(graph.getNodeCount() - 1)
                .addAttribute(AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(value));
        return this;
    }

    ModelProto build() {
        return ModelProto.newBuilder()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(24))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto value(String name, GraphType type, Object... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Number size
                            ? dimension.setDimValue(size.longValue())
                            : dimension.setDimParam(extent.toString()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.number())
                                .setShape(shape)))
                .build();
    }
}
