package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.bundle.PartPrecision;
import ai.autoglm.toolkit.checkpoint.VisionConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.autoglm.toolkit.position.PositionInterpolation;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// vision-encoder.onnx: the patches of one image to its embeddings. Source: MODEL_SPEC B.
///
/// Inputs: pixel_values [N, channels·temporal·patch²], patches in block-major order; rope_cos, rope_sin
/// [1,N,headDimension/2]; position_index [16,N] and position_weight [16,N,1], which interpolate the learned position
/// table to the image's grid. Output: image_embeds [N/merge², H]. All of them are fp32, and so is the residual stream.
public final class VisionEncoderGraph {
    private static final float MERGER_NORM_EPSILON = 1e-5f;
    /// The axis of patches in what has heads.
    private static final int PATCHES = -2;

    private final VisionConfig config;
    private final Weights weights;
    private final GraphBuilder graph;
    private final Operators op;
    private final Products products;

    private VisionEncoderGraph(VisionConfig config, Weights weights, PartPrecision precision, GraphBuilder graph) {
        this.config = config;
        this.weights = weights;
        this.graph = graph;
        this.op = new Operators(graph);
        this.products = new Products(graph, precision);
    }

    /// The graph, with its weights appended to `file`.
    public static ModelProto build(VisionConfig config, Weights weights, PartPrecision precision, WeightFile file) {
        GraphBuilder graph = new GraphBuilder("vision-encoder", file);
        new VisionEncoderGraph(config, weights, precision, graph).encode();
        return graph.build();
    }

    private record Rotary(Value cos, Value sin) {}

    private void encode() {
        int hidden = config.hiddenSize();
        int half = config.headDimension() / 2;
        Value pixels = graph.input("pixel_values", OnnxType.FLOAT, "N", patchValueCount());
        Value cos = graph.input("rope_cos", OnnxType.FLOAT, 1, "N", half);
        Value sin = graph.input("rope_sin", OnnxType.FLOAT, 1, "N", half);

        graph.scope("patch_embed");
        Weight kernel = weights.require(
                        "patch_embed.proj.weight",
                        hidden,
                        config.channelCount(),
                        config.temporalPatchSize(),
                        config.patchSize(),
                        config.patchSize())
                .reshaped(hidden, patchValueCount());
        Value x =
                products.linear(op.reshape(pixels, 1, -1, patchValueCount()), kernel, vector("patch_embed.proj.bias"));
        x = op.add(norm("post_conv_layernorm.weight", x), positions());
        for (int block = 0; block < config.depth(); block++) {
            x = block("blocks." + block + ".", x, new Rotary(cos, sin));
        }
        graph.scope("merger");
        Value merged = merge(downsample(norm("post_layernorm.weight", x)));
        graph.output(op.reshape(merged, -1, config.outHiddenSize()), "image_embeds", "M", config.outHiddenSize());
    }

    private int patchValueCount() {
        return config.channelCount() * config.temporalPatchSize() * config.patchSize() * config.patchSize();
    }

    /// Sixteen entries of the table for each patch, weighted: [1,N,hidden]. Patches are the only dimension that varies,
    /// so that an engine can be built for a range of it.
    private Value positions() {
        graph.scope("position_embedding");
        int side = config.tableSide();
        Value indices = graph.input("position_index", OnnxType.INT64, PositionInterpolation.TAP_COUNT, "N");
        Value weights = graph.input("position_weight", OnnxType.FLOAT, PositionInterpolation.TAP_COUNT, "N", 1);
        Value table = op.vector(
                this.weights.require("embeddings.position_embedding.weight", (long) side * side, config.hiddenSize()));
        Value sum = tap(table, indices, weights, 0);
        for (int tap = 1; tap < PositionInterpolation.TAP_COUNT; tap++) {
            sum = op.add(sum, tap(table, indices, weights, tap));
        }
        return sum;
    }

    private Value tap(Value table, Value indices, Value weights, int tap) {
        Value entries = op.gather(table, op.gather(indices, graph.integers(tap), 0), 0);
        return op.multiply(entries, op.gather(weights, graph.integers(tap), 0));
    }

    private Value block(String name, Value x, Rotary rotary) {
        graph.scope(name + "attention");
        Value middle = op.add(x, attention(name + "attn.", norm(name + "norm1.weight", x), rotary));
        graph.scope(name + "mlp");
        int hidden = config.hiddenSize();
        // The blocks' MLP is as wide as the output, not as intermediate_size says: that one is the merger's.
        int width = config.outHiddenSize();
        Value mlp = gatedMlp(name + "mlp.", norm(name + "norm2.weight", middle), hidden, width);
        return op.add(middle, mlp);
    }

    /// Every patch sees every patch of its image.
    private Value attention(String name, Value x, Rotary rotary) {
        int hidden = config.hiddenSize();
        int heads = config.headCount();
        int size = config.headDimension();
        Weight qkv = weights.require(name + "qkv.weight", 3L * hidden, hidden);
        var parts = op.split(products.linear(x, qkv, qkvBias(name)), -1, 3);
        Value query = rotated(op.splitHeads(parts.get(0), heads, size), rotary);
        Value key = rotated(op.splitHeads(parts.get(1), heads, size), rotary);
        Value value = op.splitHeads(parts.get(2), heads, size);
        Value attended = op.joinHeads(attention(op.scaled(query, size), key, value));
        return products.linearToFloat(attended, weights.require(name + "proj.weight", hidden, hidden), null);
    }

    /// Patches attend in merge² parts, one after another: that many divide every N. Rows know nothing of each
    /// other, and where no single kernel computes an attention, its scores [heads, rows, N] are the largest thing
    /// of a run.
    private Value attention(Value query, Value key, Value value) {
        int parts = config.mergeSize() * config.mergeSize();
        List<Value> attended = op.split(op.cast(query, value.type()), PATCHES, parts).stream()
                .map(rows -> op.attention(rows, key, value, null))
                .toList();
        return op.concatenate(attended, PATCHES);
    }

    private @Nullable Weight qkvBias(String name) {
        return config.attentionBias() ? weights.require(name + "qkv.bias", 3L * config.hiddenSize()) : null;
    }

    private Value rotated(Value x, Rotary rotary) {
        return op.rotary(x, rotary.cos(), rotary.sin(), config.headDimension(), false);
    }

    /// The 2×2 convolution of stride 2: four consecutive tokens are one output token.
    private Value downsample(Value x) {
        int hidden = config.hiddenSize();
        int merge = config.mergeSize();
        int group = merge * merge;
        int out = config.outHiddenSize();
        Weight kernel =
                weights.require("downsample.weight", out, hidden, merge, merge).reshaped(out, (long) hidden * group);
        // The kernel is stored channel first: bring the tokens' values into that order instead of moving weights.
        Value groups = op.transpose(op.reshape(x, -1, group, hidden), 0, 2, 1);
        Weight bias = weights.require("downsample.bias", out);
        return products.linear(op.reshape(groups, -1, (long) hidden * group), kernel, bias);
    }

    private Value merge(Value x) {
        int out = config.outHiddenSize();
        Value projected = products.linear(x, weights.require("merger.proj.weight", out, out), null);
        Weight scale = weights.require("merger.post_projection_norm.weight", out);
        Weight bias = weights.require("merger.post_projection_norm.bias", out);
        Value activated = op.gelu(op.layerNorm(projected, scale, bias, MERGER_NORM_EPSILON));
        return gatedMlp("merger.", activated, out, config.mergerSize());
    }

    private Value gatedMlp(String name, Value x, int hidden, int width) {
        Value gate = products.linear(x, weights.require(name + "gate_proj.weight", width, hidden), null);
        Value up = products.linear(x, weights.require(name + "up_proj.weight", width, hidden), null);
        Weight down = weights.require(name + "down_proj.weight", hidden, width);
        return products.linearToFloat(op.multiply(op.silu(gate), up), down, null);
    }

    private Value norm(String name, Value x) {
        return op.rmsNorm(x, vector(name), config.rmsNormEpsilon());
    }

    private Weight vector(String name) {
        return weights.require(name, config.hiddenSize());
    }
}
