package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How many heads the widest attention of a graph has: what its scores take, [batch, head, row, key], is the largest
/// thing that a run of it needs.
public final class AttentionHeads {
    private AttentionHeads() {}

    /// @return 0 for a graph without attention, or one with an operator that is not in the table
    public static long of(ModelProto model) {
        KnownValues known = new KnownValues(model.getGraph());
        long heads = 0;
        for (NodeProto proto : model.getGraph().getNodeList()) {
            List<ValueType> inputs = new ArrayList<>();
            for (String name : proto.getInputList()) {
                ValueType type = known.type(name);
                if (type == null) {
                    return 0;
                }
                inputs.add(type);
            }
            GraphNode node = new GraphNode(proto, inputs, known);
            if (node.operator().equals("Attention")
                    && node.input(0).rank() == 4
                    && node.input(0).extent(1) instanceof Extent.Fixed(long size)) {
                heads = Math.max(heads, size);
            }
            Optional<ValueType> output = OutputTypes.of(node);
            if (output.isEmpty()) {
                return 0;
            }
            proto.getOutputList().forEach(name -> known.define(name, output.get()));
        }
        return heads;
    }
}
