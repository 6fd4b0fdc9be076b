package ai.autoglm.toolkit.graph;

import static ai.autoglm.toolkit.graph.Attributes.decimal;
import static ai.autoglm.toolkit.graph.Attributes.integer;
import static ai.autoglm.toolkit.graph.Attributes.integers;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.engine.ElementType;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The standard ONNX operators that the model parts are made of, one method each; matrix products are [Products].
/// Norms and rotations are computed in fp32 whatever the type of what they are given.
/// Source: the ONNX operator specification, opset 24.
final class Operators {
    private final GraphBuilder graph;

    Operators(GraphBuilder graph) {
        this.graph = graph;
    }

    Value cast(Value x, OnnxType type) {
        return graph.cast(x, type);
    }

    Value add(Value left, Value right) {
        return graph.node("Add", sameType("Add", left, right), List.of(left, right));
    }

    Value multiply(Value left, Value right) {
        return graph.node("Mul", sameType("Mul", left, right), List.of(left, right));
    }

    Value matrixMultiply(Value left, Value right) {
        return graph.node("MatMul", sameType("MatMul", left, right), List.of(left, right));
    }

    private static OnnxType sameType(String operator, Value left, Value right) {
        if (left.type() != right.type()) {
            throw new IllegalArgumentException(operator + " of " + left + " and " + right);
        }
        return left.type();
    }

    Value rmsNorm(Value x, Weight scale, float epsilon) {
        return graph.node(
                "RMSNormalization",
                OnnxType.FLOAT,
                List.of(cast(x, OnnxType.FLOAT), vector(scale)),
                integer("axis", -1),
                decimal("epsilon", epsilon));
    }

    Value layerNorm(Value x, Weight scale, Weight bias, float epsilon) {
        return graph.node(
                "LayerNormalization",
                OnnxType.FLOAT,
                List.of(cast(x, OnnxType.FLOAT), vector(scale), vector(bias)),
                integer("axis", -1),
                decimal("epsilon", epsilon));
    }

    /// An fp32 weight as it is stored.
    Value vector(Weight weight) {
        return graph.weight(weight, Layout.AS_STORED, ElementType.FLOAT32);
    }

    /// GELU by the error function.
    Value gelu(Value x) {
        return graph.node("Gelu", x.type(), List.of(x));
    }

    Value silu(Value x) {
        return multiply(x, graph.node("Sigmoid", x.type(), List.of(x)));
    }

    Value tanh(Value x) {
        return graph.node("Tanh", x.type(), List.of(x));
    }

    /// 0 keeps an extent, −1 takes what is left.
    Value reshape(Value x, long... shape) {
        return graph.node("Reshape", x.type(), List.of(x, graph.integers(shape)));
    }

    Value transpose(Value x, long... permutation) {
        return graph.node("Transpose", x.type(), List.of(x), integers("perm", permutation));
    }

    /// [batch, position, heads · headDimension] to [batch, head, position, headDimension].
    Value splitHeads(Value x, int headCount, int headDimension) {
        return transpose(reshape(x, 0, 0, headCount, headDimension), 0, 2, 1, 3);
    }

    /// The inverse of [#splitHeads].
    Value joinHeads(Value x) {
        return reshape(transpose(x, 0, 2, 1, 3), 0, 0, -1);
    }

    /// Equal parts, but for a smaller last one.
    List<Value> split(Value x, int axis, int parts) {
        return graph.node(
                "Split",
                Collections.nCopies(parts, x.type()),
                List.of(x),
                integer("axis", axis),
                integer("num_outputs", parts));
    }

    /// The inverse of [#split].
    Value concatenate(List<Value> parts, int axis) {
        return graph.node("Concat", parts.getFirst().type(), parts, integer("axis", axis));
    }

    Value gather(Value x, Value indices, int axis) {
        return graph.node("Gather", x.type(), List.of(x, indices), integer("axis", axis));
    }

    /// For each batch element the rows that its indices name: [B,S,H] and [B,K] to [B,K,H].
    Value gatherRows(Value x, Value indices) {
        return graph.node("GatherND", x.type(), List.of(x, reshape(indices, 0, -1, 1)), integer("batch_dims", 1));
    }

    Value where(Value condition, Value yes, Value no) {
        return graph.node("Where", sameType("Where", yes, no), List.of(condition, yes, no));
    }

    /// The extents of `x` from axis `start` to `end − 1`, as an int64 vector.
    Value extents(Value x, int start, int end) {
        return graph.node("Shape", OnnxType.INT64, List.of(x), integer("start", start), integer("end", end));
    }

    /// The first `count` (an int64 vector of one) elements along `axis`.
    Value take(Value x, Value count, int axis) {
        return graph.node("Slice", x.type(), List.of(x, graph.integers(0), count, graph.integers(axis)));
    }

    /// Along the last axis, padded by one, in the type of `x`.
    Value convolution(Value x, Value kernel, Value bias, int stride) {
        return graph.node(
                "Conv",
                sameType("Conv", x, kernel),
                List.of(x, kernel, bias),
                integers("pads", 1, 1),
                integers("strides", stride));
    }

    /// Rotates the first `dimension` values of each head of x [B,heads,S,D] by cos and sin [B,S,dimension/2].
    Value rotary(Value x, Value cos, Value sin, int dimension, boolean interleaved) {
        return graph.node(
                "RotaryEmbedding",
                OnnxType.FLOAT,
                List.of(cast(x, OnnxType.FLOAT), cos, sin),
                integer("interleaved", interleaved ? 1 : 0),
                integer("rotary_embedding_dim", dimension));
    }

    /// Writes `update` into `cache` along the position axis, from each batch element's own index.
    Value scatter(Value cache, Value update, Value writeIndices) {
        Value rows = cast(update, cache.type());
        return graph.node("TensorScatter", cache.type(), List.of(cache, rows, writeIndices), integer("axis", -2));
    }

    /// softmax(q·kᵀ)·v over heads, in the type of `v`; `q` is already scaled. Never causal: the mask says who sees
    /// whom.
    Value attention(Value q, Value k, Value v, @Nullable Value mask) {
        Value query = cast(q, v.type());
        Value key = cast(k, v.type());
        List<Value> inputs = mask == null ? List.of(query, key, v) : List.of(query, key, v, mask);
        return graph.node("Attention", v.type(), inputs, decimal("scale", 1f), integer("is_causal", 0));
    }

    /// q · 1/√headDimension in fp32. Scaling here and not inside Attention keeps one rounding for both engines.
    Value scaled(Value q, int headDimension) {
        String name = "attention_scale_" + headDimension;
        return multiply(
                cast(q, OnnxType.FLOAT),
                graph.scalar(name, (float) (1.0 / Math.sqrt(headDimension)), ElementType.FLOAT32));
    }
}
