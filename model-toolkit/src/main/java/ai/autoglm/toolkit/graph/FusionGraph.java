package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.FusionConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/// fusion.onnx: one chunk of a prompt through the cross-modal attention block that stands before the decoder.
///
/// Inputs: inputs_embeds [1,S,H]; media_index [M], which of these rows are media rows; fused [1,S,1] (bool), the rows
/// that take the layer's output; attn_mask [1,1,S,T] (bool), which media keys a row sees, at least one; write_indices
/// [1]; k_cache, v_cache [1,heads,M_max,headDimension], the keys and values of the prompt's media rows so far.
/// Outputs: fused_embeds [1,S,H]; k_cache_out, v_cache_out, which share the inputs' memory.
/// Source: ARCHITECTURE, "The fusion layer".
public final class FusionGraph {
    private final FusionConfig config;
    private final Weights weights;
    private final int hiddenSize;
    private final GraphBuilder graph;
    private final Operators op;

    private FusionGraph(FusionConfig config, Weights weights, int hiddenSize, GraphBuilder graph) {
        this.config = config;
        this.weights = weights;
        this.hiddenSize = hiddenSize;
        this.graph = graph;
        this.op = new Operators(graph);
    }

    /// The graph, with its weights appended to `file`.
    ///
    /// @param hiddenSize H, the language model's
    public static ModelProto build(FusionConfig config, Weights weights, int hiddenSize, WeightFile file) {
        GraphBuilder graph = new GraphBuilder("fusion", file);
        new FusionGraph(config, weights, hiddenSize, graph).fuse();
        return graph.build();
    }

    private void fuse() {
        int size = hiddenSize / config.headCount();
        Value x = graph.input("inputs_embeds", DataType.FLOAT, 1, "S", hiddenSize);
        Value mediaIndex = graph.input("media_index", DataType.INT64, "M");
        Value fused = graph.input("fused", DataType.BOOL, 1, "S", 1);
        Value mask = graph.input("attn_mask", DataType.BOOL, 1, 1, "S", "T");
        Value writeIndices = graph.input("write_indices", DataType.INT64, 1);

        graph.scope("media");
        Value media = norm("media_norm.weight", op.gather(x, mediaIndex, 1));
        Value length = op.extents(mask, 3, 4);
        Value keys = cached("k_cache", lowRank("k_proj", media), writeIndices, length);
        Value values = cached("v_cache", lowRank("v_proj", media), writeIndices, length);

        graph.scope("query");
        Value query = op.splitHeads(lowRank("q_proj", norm("query_norm.weight", x)), config.headCount(), size);
        Value attended = op.joinHeads(op.attention(op.scaled(query, size), keys, values, mask));
        Value gate = op.tanh(graph.weight(weights.require("gate", 1), Layout.AS_STORED));
        Value added = op.add(x, op.multiply(gate, lowRank("o_proj", attended)));
        graph.output(op.where(fused, added, x), "fused_embeds", DataType.FLOAT, 1, "S", hiddenSize);
    }

    private Value cached(String name, Value rows, Value writeIndices, Value length) {
        int size = hiddenSize / config.headCount();
        Object[] shape = {1, config.headCount(), "M_max", size};
        Value cache = graph.input(name, DataType.FLOAT, shape);
        Value updated = op.scatter(cache, op.splitHeads(rows, config.headCount(), size), writeIndices);
        return op.take(graph.output(updated, name + "_out", DataType.FLOAT, shape), length, 2);
    }

    private Value lowRank(String name, Value x) {
        Weight down = weights.require(name + ".down.weight", config.rank(), hiddenSize);
        Weight up = weights.require(name + ".up.weight", hiddenSize, config.rank());
        return op.linear(op.linear(x, down, null), up, null);
    }

    private Value norm(String name, Value x) {
        return op.rmsNorm(x, weights.require(name, hiddenSize), config.rmsNormEpsilon());
    }
}
