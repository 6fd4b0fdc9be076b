package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The standard ONNX operators that the model parts are made of, one method each.
/// Source: the ONNX operator specification, opset 24.
final class Operators {
    private final GraphBuilder graph;

    Operators(GraphBuilder graph) {
        this.graph = graph;
    }

    Value add(Value left, Value right) {
        return graph.node("Add", List.of(left, right));
    }

    Value multiply(Value left, Value right) {
        return graph.node("Mul", List.of(left, right));
    }

    Value matrixMultiply(Value left, Value right) {
        return graph.node("MatMul", List.of(left, right));
    }

    /// x · Wᵀ (+ bias), with the weight stored as [out, in].
    Value linear(Value x, Weight weight, @Nullable Weight bias) {
        Value product = matrixMultiply(x, graph.weight(weight, Layout.TRANSPOSED));
        return bias == null ? product : add(product, graph.weight(bias, Layout.AS_STORED));
    }

    Value rmsNorm(Value x, Weight scale, float epsilon) {
        return graph.node(
                "RMSNormalization",
                List.of(x, graph.weight(scale, Layout.AS_STORED)),
                integer("axis", -1),
                decimal("epsilon", epsilon));
    }

    Value layerNorm(Value x, Weight scale, Weight bias, float epsilon) {
        return graph.node(
                "LayerNormalization",
                List.of(x, graph.weight(scale, Layout.AS_STORED), graph.weight(bias, Layout.AS_STORED)),
                integer("axis", -1),
                decimal("epsilon", epsilon));
    }

    /// GELU by the error function.
    Value gelu(Value x) {
        return graph.node("Gelu", List.of(x));
    }

    Value silu(Value x) {
        return multiply(x, graph.node("Sigmoid", List.of(x)));
    }

    Value tanh(Value x) {
        return graph.node("Tanh", List.of(x));
    }

    /// 0 keeps an extent, −1 takes what is left.
    Value reshape(Value x, long... shape) {
        return graph.node("Reshape", List.of(x, graph.integers(shape)));
    }

    Value transpose(Value x, long... permutation) {
        return graph.node("Transpose", List.of(x), integers("perm", permutation));
    }

    /// [batch, position, heads · headDimension] to [batch, head, position, headDimension].
    Value splitHeads(Value x, int headCount, int headDimension) {
        return transpose(reshape(x, 0, 0, headCount, headDimension), 0, 2, 1, 3);
    }

    /// The inverse of [#splitHeads].
    Value joinHeads(Value x) {
        return reshape(transpose(x, 0, 2, 1, 3), 0, 0, -1);
    }

    List<Value> split(Value x, int axis, int parts) {
        return graph.node("Split", List.of(x), parts, integer("axis", axis), integer("num_outputs", parts));
    }

    Value gather(Value x, Value indices, int axis) {
        return graph.node("Gather", List.of(x, indices), integer("axis", axis));
    }

    /// For each batch element the row that its index names: [B,S,H] and [B,1] to [B,H].
    Value gatherRow(Value x, Value indices) {
        return graph.node("GatherND", List.of(x, indices), integer("batch_dims", 1));
    }

    Value where(Value condition, Value yes, Value no) {
        return graph.node("Where", List.of(condition, yes, no));
    }

    /// The extents of `x` from axis `start` to `end − 1`, as an int64 vector.
    Value extents(Value x, int start, int end) {
        return graph.node("Shape", List.of(x), integer("start", start), integer("end", end));
    }

    /// The first `count` (an int64 vector of one) elements along `axis`.
    Value take(Value x, Value count, int axis) {
        return graph.node("Slice", List.of(x, graph.integers(0), count, graph.integers(axis)));
    }

    Value convolution(Value x, Weight kernel, Weight bias, int stride) {
        return graph.node(
                "Conv",
                List.of(x, graph.weight(kernel, Layout.AS_STORED), graph.weight(bias, Layout.AS_STORED)),
                integers("pads", 1, 1),
                integers("strides", stride));
    }

    /// Rotates the first `dimension` values of each head of x [B,heads,S,D] by cos and sin [B,S,dimension/2].
    Value rotary(Value x, Value cos, Value sin, int dimension, boolean interleaved) {
        return graph.node(
                "RotaryEmbedding",
                List.of(x, cos, sin),
                integer("interleaved", interleaved ? 1 : 0),
                integer("rotary_embedding_dim", dimension));
    }

    /// Writes `update` into `cache` along the position axis, from each batch element's own index.
    Value scatter(Value cache, Value update, Value writeIndices) {
        return graph.node("TensorScatter", List.of(cache, update, writeIndices), integer("axis", -2));
    }

    /// softmax(q·kᵀ)·v over heads; `q` is already scaled. Never causal: the mask says who sees whom.
    Value attention(Value q, Value k, Value v, @Nullable Value mask) {
        List<Value> inputs = mask == null ? List.of(q, k, v) : List.of(q, k, v, mask);
        return graph.node("Attention", inputs, decimal("scale", 1f), integer("is_causal", 0));
    }

    /// q · 1/√headDimension. Scaling here and not inside Attention keeps one rounding for both engines.
    Value scaled(Value q, int headDimension) {
        String name = "attention_scale_" + headDimension;
        return multiply(q, graph.scalar(name, (float) (1.0 / Math.sqrt(headDimension))));
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto decimal(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }
}
