package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.bundle.PartPrecision;
import ai.autoglm.toolkit.checkpoint.FusionConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.onnx.proto.OnnxMl.ModelProto;

/// fusion.onnx: one chunk of a prompt through the cross-modal attention block that stands before the decoder.
///
/// Inputs: inputs_embeds [1,S,H]; media_index [M], which of these rows are media rows; fused [1,S,1] (bool), the rows
/// that take the layer's output; attn_mask [1,1,S,T] (bool), which media keys a row sees, at least one; write_indices
/// [1]; k_cache, v_cache [1,heads,M_max,headDimension], the keys and values of the prompt's media rows so far.
/// Outputs: fused_embeds [1,S,H]; k_cache_out, v_cache_out, which share the inputs' memory. Caches have the type of the
/// activations; all else is fp32.
/// Source: ARCHITECTURE, "The fusion layer".
public final class FusionGraph {
    private final FusionConfig config;
    private final Weights weights;
    private final int hiddenSize;
    private final GraphBuilder graph;
    private final Operators op;
    private final Products products;
    private final OnnxType cacheType;

    private FusionGraph(
            FusionConfig config, Weights weights, int hiddenSize, PartPrecision precision, GraphBuilder graph) {
        this.config = config;
        this.weights = weights;
        this.hiddenSize = hiddenSize;
        this.graph = graph;
        this.op = new Operators(graph);
        this.products = new Products(graph, precision);
        this.cacheType = OnnxType.of(precision.activations());
    }

    /// The graph, with its weights appended to `file`.
    ///
    /// @param hiddenSize H, the language model's
    public static ModelProto build(
            FusionConfig config, Weights weights, int hiddenSize, PartPrecision precision, WeightFile file) {
        GraphBuilder graph = new GraphBuilder("fusion", file);
        new FusionGraph(config, weights, hiddenSize, precision, graph).fuse();
        return graph.build();
    }

    private void fuse() {
        int size = hiddenSize / config.headCount();
        Value x = graph.input("inputs_embeds", OnnxType.FLOAT, 1, "S", hiddenSize);
        Value mediaIndex = graph.input("media_index", OnnxType.INT64, "M");
        Value fused = graph.input("fused", OnnxType.BOOL, 1, "S", 1);
        Value mask = graph.input("attn_mask", OnnxType.BOOL, 1, 1, "S", "T");
        Value writeIndices = graph.input("write_indices", OnnxType.INT64, 1);

        graph.scope("media");
        Value media = norm("media_norm.weight", op.gather(x, mediaIndex, 1));
        Value length = op.extents(mask, 3, 4);
        Value keys = cached("k_cache", lowRank("k_proj", media), writeIndices, length);
        Value values = cached("v_cache", lowRank("v_proj", media), writeIndices, length);

        graph.scope("query");
        Value query = op.splitHeads(lowRank("q_proj", norm("query_norm.weight", x)), config.headCount(), size);
        Value attended = op.joinHeads(op.attention(op.scaled(query, size), keys, values, mask));
        Value gate = op.tanh(op.vector(weights.require("gate", 1)));
        Value output = op.cast(lowRank("o_proj", attended), OnnxType.FLOAT);
        Value added = op.add(x, op.multiply(gate, output));
        graph.output(op.where(fused, added, x), "fused_embeds", 1, "S", hiddenSize);
    }

    private Value cached(String name, Value rows, Value writeIndices, Value length) {
        int size = hiddenSize / config.headCount();
        Object[] shape = {1, config.headCount(), "M_max", size};
        Value cache = graph.input(name, cacheType, shape);
        Value updated = op.scatter(cache, op.splitHeads(rows, config.headCount(), size), writeIndices);
        return op.take(graph.output(updated, name + "_out", shape), length, 2);
    }

    private Value lowRank(String name, Value x) {
        Weight down = weights.require(name + ".down.weight", config.rank(), hiddenSize);
        Weight up = weights.require(name + ".up.weight", hiddenSize, config.rank());
        return products.linear(products.linear(x, down, null), up, null);
    }

    private Value norm(String name, Value x) {
        return op.rmsNorm(x, weights.require(name, hiddenSize), config.rmsNormEpsilon());
    }
}
