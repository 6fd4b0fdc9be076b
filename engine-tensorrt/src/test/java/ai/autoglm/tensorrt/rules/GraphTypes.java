package ai.autoglm.tensorrt.rules;

import ai.autoglm.toolkit.bundle.Precision;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which element types the graphs of a precision may have on a GPU. The types are the precision: nothing is cast
/// behind a graph's back, so a graph says at each edge what is computed there.
///
/// @param inputs of real-valued inputs and outputs, caches included
/// @param weights of initializers other than shapes
record GraphTypes(Set<GraphType> inputs, Set<GraphType> weights) {
    /// FLOAT beside half types: norms, logits, and the two projections of GLM-4 that overflow in FLOAT16.
    private static final Map<Precision, GraphTypes> BY_PRECISION = Map.of(
            Precision.FP32,
            new GraphTypes(EnumSet.of(GraphType.FLOAT), EnumSet.of(GraphType.FLOAT)),
            Precision.FP16,
            new GraphTypes(
                    EnumSet.of(GraphType.FLOAT16, GraphType.FLOAT), EnumSet.of(GraphType.FLOAT16, GraphType.FLOAT)),
            Precision.BF16,
            new GraphTypes(
                    EnumSet.of(GraphType.BFLOAT16, GraphType.FLOAT), EnumSet.of(GraphType.BFLOAT16, GraphType.FLOAT)),
            Precision.INT4_FP16,
            new GraphTypes(
                    EnumSet.of(GraphType.FLOAT16, GraphType.FLOAT),
                    EnumSet.of(GraphType.INT4, GraphType.FLOAT16, GraphType.FLOAT)));

    GraphTypes {
        inputs = Set.copyOf(inputs);
        weights = Set.copyOf(weights);
    }

    /// Types of a precision; empty for one whose graphs are for CPUs only.
    static Optional<GraphTypes> of(Precision precision) {
        return Optional.ofNullable(BY_PRECISION.get(precision));
    }

    /// A sentence for each input, output and weight of another type.
    List<String> complaints(ModelProto model) {
        List<String> complaints = new ArrayList<>();
        List<ValueInfoProto> edges = new ArrayList<>(model.getGraph().getInputList());
        edges.addAll(model.getGraph().getOutputList());
        for (ValueInfoProto edge : edges) {
            GraphType type = ValueType.of(edge).type();
            if (isReal(type) && !inputs.contains(type)) {
                complaints.add(edge.getName() + " is " + type + ", not one of " + inputs);
            }
        }
        for (TensorProto weight : model.getGraph().getInitializerList()) {
            GraphType type = GraphType.of(weight.getDataType());
            if (type != GraphType.INT64 && !weights.contains(type)) {
                complaints.add(weight.getName() + " is " + type + ", not one of " + weights);
            }
        }
        return complaints;
    }

    private static boolean isReal(GraphType type) {
        return type == GraphType.FLOAT || type == GraphType.FLOAT16 || type == GraphType.BFLOAT16;
    }
}
