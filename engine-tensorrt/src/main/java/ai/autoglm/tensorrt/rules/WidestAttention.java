package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The attention of a graph with the most heads: what its scores take, [batch, head, row, key], is the largest thing
/// that a run of it needs.
///
/// @param headCount 0 for a graph without attention, or one with an operator that is not in the table
/// @param scoreBytes of one score
/// @param partCount how many nodes share the rows of one attention among them: the scores of one are there at a time
/// @param keyCount 0 where only a run knows it
public record WidestAttention(long headCount, long scoreBytes, long partCount, long keyCount) {
    private static final WidestAttention NONE = new WidestAttention(0, 0, 1, 0);

    public static WidestAttention of(ModelProto model) {
        KnownValues known = new KnownValues(model.getGraph());
        Map<String, Long> partsByKey = new HashMap<>();
        WidestAttention widest = NONE;
        for (NodeProto proto : model.getGraph().getNodeList()) {
            List<ValueType> inputs = new ArrayList<>();
            for (String name : proto.getInputList()) {
                ValueType type = known.type(name);
                if (type == null) {
                    return NONE;
                }
                inputs.add(type);
            }
            GraphNode node = new GraphNode(proto, inputs, known);
            if (node.operator().equals("Attention") && node.input(0).rank() == 4) {
                widest = widest.orWider(node, partsByKey.merge(proto.getInput(1), 1L, Long::sum));
            }
            Optional<ValueType> output = OutputTypes.of(node);
            if (output.isEmpty()) {
                return NONE;
            }
            proto.getOutputList().forEach(name -> known.define(name, output.get()));
        }
        return widest;
    }

    private WidestAttention orWider(GraphNode node, long parts) {
        return node.input(0).extent(1) instanceof Extent.Fixed(long heads) && heads >= headCount
                ? new WidestAttention(
                        heads,
                        node.input(0).type().bits() / Byte.SIZE,
                        parts,
                        node.input(1).extent(2) instanceof Extent.Fixed(long keys) ? keys : 0)
                : this;
    }
}
