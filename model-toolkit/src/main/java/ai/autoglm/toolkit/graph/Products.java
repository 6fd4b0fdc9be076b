package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.bundle.PartPrecision;
import ai.autoglm.toolkit.bundle.WeightFormat;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.quantize.CodeRange;
import ai.autoglm.toolkit.quantize.Quantizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The matrix products of one graph, in its precision. Weights are given as [out, in].
final class Products {
    /// What fp16 products for the residual stream are divided by. GLM-4 is known to overflow half-precision
    /// accumulators in o_proj and down_proj. A power of two: nothing but range is lost or gained.
    /// Source: llama.cpp, llama-graph.cpp, build_attn and build_ffn ("half-precision accumulators").
    static final float RESIDUAL_DIVISOR = 32;

    private final GraphBuilder graph;
    private final Operators op;
    private final PartPrecision precision;
    private final OnnxType activations;
    private final Map<Value, List<Value>> roundedInputs = new HashMap<>();

    Products(GraphBuilder graph, PartPrecision precision) {
        this.graph = graph;
        this.op = new Operators(graph);
        this.precision = precision;
        this.activations = OnnxType.of(precision.activations());
    }

    /// x · Wᵀ (+ bias) in the type of the activations.
    Value linear(Value x, Weight weight, @Nullable Weight bias) {
        Value product = product(op.cast(x, activations), weight);
        return bias == null ? product : op.add(product, small(bias));
    }

    /// x · Wᵀ (+ bias) in fp32, for the residual stream and for outputs. In fp16 the product may be up to
    /// [#RESIDUAL_DIVISOR] times what the type can hold.
    Value linearToFloat(Value x, Weight weight, @Nullable Weight bias) {
        if (activations != OnnxType.FLOAT16) {
            return op.cast(linear(x, weight, bias), OnnxType.FLOAT);
        }
        Value divided = op.multiply(
                op.cast(x, activations), graph.scalar("residual_divided", 1 / RESIDUAL_DIVISOR, ElementType.FLOAT16));
        Value product = op.multiply(
                op.cast(product(divided, weight), OnnxType.FLOAT),
                graph.scalar("residual_multiplied", RESIDUAL_DIVISOR, ElementType.FLOAT32));
        return bias == null ? product : op.add(product, op.vector(bias));
    }

    /// A bias or a kernel of a convolution, in the type of the activations.
    Value small(Weight weight) {
        return graph.weight(weight, Layout.AS_STORED, precision.activations());
    }

    private Value product(Value x, Weight weight) {
        return switch (precision.weights()) {
            case PLAIN -> plain(x, weight);
            case INT4_BLOCKS -> blocks(x, weight, CodeRange.INT4);
            case INT8_BLOCKS -> blocks(x, weight, CodeRange.INT8);
            case INT8_DYNAMIC -> dynamic(x, weight);
        };
    }

    private Value plain(Value x, Weight weight) {
        return op.matrixMultiply(x, graph.weight(weight, Layout.TRANSPOSED, precision.activations()));
    }

    /// Both engines fuse the two nodes to one kernel that reads integers.
    private Value blocks(Value x, Weight weight, CodeRange range) {
        long outputs = weight.shape().get(0);
        long inputs = weight.shape().get(1);
        if (inputs % WeightFormat.BLOCK_ROWS != 0 || outputs % 2 != 0) {
            graph.keptPlain(weight);
            return plain(x, weight);
        }
        GraphBuilder.Quantized quantized =
                graph.blockedWeight(weight, new Quantizer(range, precision.activations()), WeightFormat.BLOCK_ROWS);
        Value matrix = graph.node(
                "DequantizeLinear",
                quantized.scales().type(),
                List.of(quantized.codes(), quantized.scales()),
                Attributes.integer("axis", 0),
                Attributes.integer("block_size", WeightFormat.BLOCK_ROWS));
        return op.matrixMultiply(x, matrix);
    }

    /// Activations are rounded to eight bits with one scale for the whole of `x`; products are summed as integers.
    private Value dynamic(Value x, Weight weight) {
        GraphBuilder.Quantized quantized =
                graph.columnwiseWeight(weight, new Quantizer(CodeRange.INT7, ElementType.FLOAT32));
        List<Value> rounded = roundedInputs.computeIfAbsent(
                x,
                _ -> graph.node(
                        "DynamicQuantizeLinear", List.of(OnnxType.UINT8, OnnxType.FLOAT, OnnxType.UINT8), List.of(x)));
        Value sums =
                graph.node("MatMulInteger", OnnxType.INT32, List.of(rounded.get(0), quantized.codes(), rounded.get(2)));
        return op.multiply(op.cast(sums, OnnxType.FLOAT), op.multiply(rounded.get(1), quantized.scales()));
    }
}
