package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// A node with what is known of its inputs, as rules see it.
///
/// @param inputs absent optional inputs at the end are left out
record GraphNode(NodeProto proto, List<ValueType> inputs, KnownValues known) {
    GraphNode {
        inputs = List.copyOf(inputs);
    }

    String operator() {
        return proto.getOpType();
    }

    ValueType input(int index) {
        return inputs.get(index);
    }

    boolean hasInput(int index) {
        return index < inputs.size() && !proto.getInput(index).isEmpty();
    }

    int outputCount() {
        return proto.getOutputCount();
    }

    boolean hasAttribute(String name) {
        return attribute(name).isPresent();
    }

    long integer(String name, long otherwise) {
        return attribute(name).map(AttributeProto::getI).orElse(otherwise);
    }

    float decimal(String name, float otherwise) {
        return attribute(name).map(AttributeProto::getF).orElse(otherwise);
    }

    String text(String name, String otherwise) {
        return attribute(name).map(value -> value.getS().toStringUtf8()).orElse(otherwise);
    }

    List<Long> integers(String name) {
        return attribute(name).map(AttributeProto::getIntsList).orElse(List.of());
    }

    /// The numbers of an input that is a small int64 initializer.
    Optional<long[]> constant(int index) {
        return known.initializer(proto.getInput(index)).map(GraphNode::longs);
    }

    boolean isInitializer(int index) {
        return known.initializer(proto.getInput(index)).isPresent();
    }

    private Optional<AttributeProto> attribute(String name) {
        return proto.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    private static long[] longs(TensorProto tensor) {
        var buffer = tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        long[] values = new long[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
