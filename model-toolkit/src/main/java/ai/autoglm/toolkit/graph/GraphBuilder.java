package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.quantize.Quantizer;
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
import java.lang.foreign.MemorySegment;
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
    private final Map<List<Object>, Value> casts = new HashMap<>();
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
    Value input(String name, OnnxType type, Object... extents) {
        graph.addInput(describe(name, type, extents));
        return new Value(name, type);
    }

    /// Renames `value`, the output of the node added last, and declares it an output of the graph.
    Value output(Value value, String name, Object... extents) {
        NodeProto.Builder producer = graph.getNodeBuilder(graph.getNodeCount() - 1);
        if (producer.getOutputCount() != 1 || !producer.getOutput(0).equals(value.name())) {
            throw new IllegalStateException(name + " must be the output of the last node");
        }
        producer.setOutput(0, name);
        graph.addOutput(describe(name, value.type(), extents));
        return new Value(name, value.type());
    }

    private static ValueInfoProto describe(String name, OnnxType type, Object... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Number number
                            ? dimension.setDimValue(number.longValue())
                            : dimension.setDimParam(extent.toString()));
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.number()).setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /// Adds a weight to the external data, once, and returns it as a value.
    Value weight(Weight weight, Layout layout, ElementType type) {
        Value known = weightsByName.get(weight.name());
        if (known != null) {
            return known;
        }
        List<Long> shape = weight.shape();
        StoredWeight stored = switch (layout) {
            case AS_STORED -> weights.append(weight, type);
            case TRANSPOSED -> weights.appendTransposed(weight, type);
        };
        Value value = new Value(weight.name(), OnnxType.of(type));
        addInitializer(value, stored, layout == Layout.TRANSPOSED ? shape.reversed() : shape);
        weightsByName.put(weight.name(), value);
        return value;
    }

    /// A quantised weight in the graph.
    ///
    /// @param codes [in, out]
    record Quantized(Value codes, Value scales) {}

    /// Adds a weight [out, in] as integers to the external data, with scales [blocks, out].
    ///
    /// @param blockRows inputs that share a scale; divides `in`
    Quantized blockedWeight(Weight weight, Quantizer quantizer, int blockRows) {
        long blocks = weight.shape().get(1) / blockRows;
        return quantizedWeight(
                weight, quantizer, blockRows, List.of(blocks, weight.shape().getFirst()));
    }

    /// Adds a weight [out, in] as integers to the external data, with scales [out].
    Quantized columnwiseWeight(Weight weight, Quantizer quantizer) {
        int inputs = Math.toIntExact(weight.shape().get(1));
        return quantizedWeight(weight, quantizer, inputs, List.of(weight.shape().getFirst()));
    }

    private Quantized quantizedWeight(Weight weight, Quantizer quantizer, int blockRows, List<Long> scaleShape) {
        QuantizedWeight stored = weights.appendQuantized(weight, quantizer, blockRows);
        OnnxType type = quantizer.range().bits() == Byte.SIZE ? OnnxType.INT8 : OnnxType.INT4;
        Value codes = new Value(weight.name(), type);
        Value scales = new Value(weight.name() + "_scale", OnnxType.of(quantizer.scaleType()));
        addInitializer(codes, stored.codes(), weight.shape().reversed());
        addInitializer(scales, stored.scales(), scaleShape);
        return new Quantized(codes, scales);
    }

    /// Notes that a weight whose sizes do not fit was not quantised.
    void keptPlain(Weight weight) {
        weights.keptPlain(weight.name());
    }

    private void addInitializer(Value value, StoredWeight stored, List<Long> shape) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(value.name())
                .setDataType(value.type().number())
                .addAllDims(shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", weights.name()))
                .addExternalData(entry("offset", Long.toString(stored.offset())))
                .addExternalData(entry("length", Long.toString(stored.byteSize()))));
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
                    "integers" + Arrays.toString(values).replace(" ", ""), OnnxType.INT64, bytes, values.length);
        });
    }

    /// A small fp32 tensor inside the graph.
    Value floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(name, OnnxType.FLOAT, bytes, shape);
    }

    /// A single number inside the graph; the same name is the same number.
    Value scalar(String name, float value, ElementType type) {
        return scalars.computeIfAbsent(name, _ -> {
            ByteBuffer bytes = ByteBuffer.allocate(type.bytes());
            new FloatView(type, MemorySegment.ofBuffer(bytes)).set(0, value);
            return constant(name, OnnxType.of(type), bytes);
        });
    }

    private Value constant(String name, OnnxType type, ByteBuffer bytes, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.number())
                .setRawData(ByteString.copyFrom(bytes));
        for (long extent : shape) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return new Value(name, type);
    }

    /// `x` as another type: itself where it has the type already, and the same value each time.
    Value cast(Value x, OnnxType type) {
        return x.type() == type
                ? x
                : casts.computeIfAbsent(
                        List.of(x, type), _ -> node("Cast", type, List.of(x), Attributes.integer("to", type.number())));
    }

    /// Adds a node with one output.
    Value node(String operator, OnnxType type, List<Value> inputs, AttributeProto... attributes) {
        return node(operator, List.of(type), inputs, attributes).getFirst();
    }

    /// Adds a node with an output of each of these types.
    List<Value> node(String operator, List<OnnxType> types, List<Value> inputs, AttributeProto... attributes) {
        String name = scope + "/" + operator + "_" + graph.getNodeCount();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(name);
        inputs.forEach(input -> node.addInput(input.name()));
        node.addAllAttribute(List.of(attributes));
        List<Value> outputs = new ArrayList<>();
        for (int index = 0; index < types.size(); index++) {
            outputs.add(new Value(types.size() == 1 ? name : name + ":" + index, types.get(index)));
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
