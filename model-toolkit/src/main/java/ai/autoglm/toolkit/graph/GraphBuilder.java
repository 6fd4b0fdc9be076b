package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects nodes and weights of one ONNX graph. Knows the file format; what operators mean is [Operators]' business.
final class GraphBuilder {
    /// The newest operators used are Attention and TensorScatter of opset 24, which came with IR version 11.
    private static final int OPSET = 24;

    private static final int IR_VERSION = 11;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final WeightFile weights;
    private final Map<String, Value> weightsByName = new HashMap<>();
    private final Map<List<Long>, Value> shapes = new HashMap<>();
    private final Map<String, Value> scalars = new HashMap<>();
    private String scope = "";

    GraphBuilder(String name, WeightFile weights) {
        graph.setName(name);
        this.weights = weights;
    }

    /// Names of nodes added from now on start with `name`, such as `layers.3/attention`.
    void scope(String name) {
        scope = name;
    }

    /// Declares an input. An extent is a number or the name of a dynamic dimension.
    Value input(String name, TensorProto.DataType type, Object... extents) {
        graph.addInput(describe(name, type, extents));
        return new Value(name);
    }

    /// Renames `value`, the output of the node added last, and declares it an output of the graph.
    Value output(Value value, String name, TensorProto.DataType type, Object... extents) {
        NodeProto.Builder producer = graph.getNodeBuilder(graph.getNodeCount() - 1);
        if (producer.getOutputCount() != 1 || !producer.getOutput(0).equals(value.name())) {
            throw new IllegalStateException(name + " must be the output of the last node");
        }
        producer.setOutput(0, name);
        graph.addOutput(describe(name, type, extents));
        return new Value(name);
    }

    private static ValueInfoProto describe(String name, TensorProto.DataType type, Object... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Number number
                            ? dimension.setDimValue(number.longValue())
                            : dimension.setDimParam(extent.toString()));
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /// Adds a weight to the external data, once, and returns it as a value.
    Value weight(Weight weight, Layout layout) {
        Value known = weightsByName.get(weight.name());
        if (known != null) {
            return known;
        }
        List<Long> shape = weight.shape();
        long offset = switch (layout) {
            case AS_STORED -> weights.append(weight);
            case TRANSPOSED -> weights.appendTransposed(weight);
        };
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(weight.name())
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(layout == Layout.TRANSPOSED ? shape.reversed() : shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", weights.name()))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(weight.elementCount() * Float.BYTES)));
        graph.addInitializer(tensor);
        Value value = new Value(weight.name());
        weightsByName.put(weight.name(), value);
        return value;
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /// A small int64 vector inside the graph: shapes, axes, bounds.
    Value integers(long... values) {
        return shapes.computeIfAbsent(Arrays.stream(values).boxed().toList(), _ -> {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            return constant(
                    "integers" + Arrays.toString(values).replace(" ", ""),
                    TensorProto.DataType.INT64,
                    bytes,
                    values.length);
        });
    }

    /// A small fp32 tensor inside the graph.
    Value floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(name, TensorProto.DataType.FLOAT, bytes, shape);
    }

    /// A single fp32 number inside the graph; the same name is the same number.
    Value scalar(String name, float value) {
        return scalars.computeIfAbsent(name, _ -> floats(name, new float[] {value}));
    }

    private Value constant(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long extent : shape) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return new Value(name);
    }

    /// Adds a node with one output.
    Value node(String operator, List<Value> inputs, AttributeProto... attributes) {
        return node(operator, inputs, 1, attributes).getFirst();
    }

    /// Adds a node with `outputCount` outputs.
    List<Value> node(String operator, List<Value> inputs, int outputCount, AttributeProto... attributes) {
        String name = scope + "/" + operator + "_" + graph.getNodeCount();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(name);
        inputs.forEach(input -> node.addInput(input.name()));
        node.addAllAttribute(List.of(attributes));
        List<Value> outputs = new ArrayList<>();
        for (int index = 0; index < outputCount; index++) {
            outputs.add(new Value(outputCount == 1 ? name : name + ":" + index));
        }
        outputs.forEach(output -> node.addOutput(output.name()));
        graph.addNode(node);
        return outputs;
    }

    ModelProto build() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("autoglm")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build();
    }
}
