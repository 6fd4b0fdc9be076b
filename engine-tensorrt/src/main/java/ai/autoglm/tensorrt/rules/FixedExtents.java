package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Map;

/// Gives named dimensions of a graph their size. The one rewrite that a graph gets for TensorRT: a cache's number of
/// rows, which ONNX Runtime learns with each run, must be part of the network.
public final class FixedExtents {
    private FixedExtents() {}

    /// The same graph with the dimensions of these names fixed, in inputs and outputs.
    public static ModelProto apply(ModelProto model, Map<String, Long> sizes) {
        ModelProto.Builder fixed = model.toBuilder();
        fixed.getGraphBuilder().getInputBuilderList().forEach(input -> fix(input, sizes));
        fixed.getGraphBuilder().getOutputBuilderList().forEach(output -> fix(output, sizes));
        return fixed.build();
    }

    private static void fix(ValueInfoProto.Builder value, Map<String, Long> sizes) {
        for (TensorShapeProto.Dimension.Builder dimension :
                value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().getDimBuilderList()) {
            Long size = sizes.get(dimension.getDimParam());
            if (size != null) {
                dimension.setDimValue(size);
            }
        }
    }
}
