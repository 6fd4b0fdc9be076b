package ai.autoglm.toolkit.compile;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashSet;
import java.util.Set;

/// The values of a graph that are FLOAT16. The compiler's graphs are strongly typed: what a node gives has the type of
/// its first input, but for a cast.
final class HalfValues {
    private static final int FLOAT16 = DataType.FLOAT16.getNumber();

    private HalfValues() {}

    static Set<String> of(GraphProto graph) {
        Set<String> halves = new HashSet<>();
        graph.getInitializerList().stream()
                .filter(weight -> weight.getDataType() == FLOAT16)
                .forEach(weight -> halves.add(weight.getName()));
        graph.getInputList().stream()
                .filter(input -> input.getType().getTensorType().getElemType() == FLOAT16)
                .forEach(input -> halves.add(input.getName()));
        for (NodeProto node : graph.getNodeList()) {
            boolean half = switch (node.getOpType()) {
                case "Cast" ->
                    node.getAttributeList().stream()
                            .filter(attribute -> attribute.getName().equals("to"))
                            .mapToLong(AttributeProto::getI)
                            .anyMatch(type -> type == FLOAT16);
                // Type of the scales, not of the codes.
                case "DequantizeLinear" -> halves.contains(node.getInput(1));
                case "Shape" -> false;
                default -> halves.contains(node.getInput(0));
            };
            if (half) {
                halves.addAll(node.getOutputList());
            }
        }
        return halves;
    }
}
