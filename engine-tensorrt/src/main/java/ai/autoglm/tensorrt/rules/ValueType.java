package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;

/// Element type and extents of one value of a graph, outermost first.
record ValueType(GraphType type, List<Extent> extents) {
    ValueType {
        extents = List.copyOf(extents);
    }

    static ValueType of(ValueInfoProto declared) {
        List<Extent> extents = new ArrayList<>();
        for (TensorShapeProto.Dimension dimension :
                declared.getType().getTensorType().getShape().getDimList()) {
            extents.add(
                    dimension.hasDimValue()
                            ? Extent.fixed(dimension.getDimValue())
                            : new Extent.Named(dimension.getDimParam()));
        }
        return new ValueType(GraphType.of(declared.getType().getTensorType().getElemType()), extents);
    }

    static ValueType of(TensorProto weight) {
        return new ValueType(
                GraphType.of(weight.getDataType()),
                weight.getDimsList().stream().map(Extent::fixed).toList());
    }

    int rank() {
        return extents.size();
    }

    /// An axis from the front, or from the back where it is negative.
    Extent extent(int axis) {
        return extents.get(axis < 0 ? rank() + axis : axis);
    }

    ValueType withType(GraphType other) {
        return new ValueType(other, extents);
    }

    ValueType withExtents(List<Extent> others) {
        return new ValueType(type, others);
    }

    ValueType withExtent(int axis, Extent extent) {
        List<Extent> changed = new ArrayList<>(extents);
        changed.set(axis < 0 ? rank() + axis : axis, extent);
        return withExtents(changed);
    }

    @Override
    public String toString() {
        return type + extents.toString();
    }
}
