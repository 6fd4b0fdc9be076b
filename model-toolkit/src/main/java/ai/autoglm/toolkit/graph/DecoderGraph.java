package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.bundle.PartPrecision;
import ai.autoglm.toolkit.checkpoint.TextConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.onnx.proto.OnnxMl.ModelProto;
import org.jspecify.annotations.Nullable;

/// decoder.onnx: embeddings of S positions of B sequences to the logits of K rows of each, KV caches updated in place.
///
/// Inputs: inputs_embeds [B,S,H]; rope_cos, rope_sin [B,S,R/2]; attn_mask [B,1,S,T] (bool; T is the active length);
/// write_indices [B]; last_index [B,K], the rows whose logits are wanted: the last alone, but for a prompt whose log
/// probabilities are asked for; k_cache_i, v_cache_i [B,KH,S_max,D]. Outputs: logits [B·K,V]; k_cache_out_i,
/// v_cache_out_i, which share the inputs' memory. Caches have the type of the activations; all else is fp32, and so is
/// the residual stream. Source: MODEL_SPEC A.2 (GLM-4) and F (Llama).
public final class DecoderGraph {
    private final TextConfig config;
    private final Weights weights;
    private final GraphBuilder graph;
    private final Operators op;
    private final Products products;
    private final OnnxType cacheType;

    private DecoderGraph(TextConfig config, Weights weights, PartPrecision precision, GraphBuilder graph) {
        this.config = config;
        this.weights = weights;
        this.graph = graph;
        this.op = new Operators(graph);
        this.products = new Products(graph, precision);
        this.cacheType = OnnxType.of(precision.activations());
    }

    /// The graph, with its weights appended to `file`.
    ///
    /// @param weights the language model's, where `embed_tokens.weight` and `norm.weight` are
    /// @param head [V,H]: the output projection, or the embedding table where both are tied
    /// @param rotaryDimension R
    public static ModelProto build(
            TextConfig config,
            Weights weights,
            Weight head,
            int rotaryDimension,
            PartPrecision precision,
            WeightFile file) {
        GraphBuilder graph = new GraphBuilder("decoder", file);
        new DecoderGraph(config, weights, precision, graph).decode(head, rotaryDimension);
        return graph.build();
    }

    /// What every layer reads beside the hidden state.
    private record Step(
            Value cos, Value sin, int rotaryDimension, Value mask, Value activeLength, Value writeIndices) {}

    private void decode(Weight head, int rotaryDimension) {
        Value hidden = graph.input("inputs_embeds", OnnxType.FLOAT, "B", "S", config.hiddenSize());
        Value cos = graph.input("rope_cos", OnnxType.FLOAT, "B", "S", rotaryDimension / 2);
        Value sin = graph.input("rope_sin", OnnxType.FLOAT, "B", "S", rotaryDimension / 2);
        Value mask = graph.input("attn_mask", OnnxType.BOOL, "B", 1, "S", "T");
        Value writeIndices = graph.input("write_indices", OnnxType.INT64, "B");
        Value lastIndex = graph.input("last_index", OnnxType.INT64, "B", "K");
        Step step = new Step(cos, sin, rotaryDimension, mask, op.extents(mask, 3, 4), writeIndices);
        for (int layer = 0; layer < config.layerCount(); layer++) {
            hidden = switch (config.family()) {
                case GLM4 -> sandwichLayer(layer, hidden, step);
                case LLAMA -> preNormLayer(layer, hidden, step);
            };
        }
        graph.scope("head");
        Value wanted = op.gatherRows(norm("norm.weight", hidden), lastIndex);
        Value rows = op.reshape(wanted, -1, config.hiddenSize());
        graph.output(products.linearToFloat(rows, head, null), "logits", "B*K", config.vocabularySize());
    }

    /// GLM-4: each branch's output is normalised before the residual adds it.
    private Value sandwichLayer(int layer, Value hidden, Step step) {
        String name = "layers." + layer + ".";
        graph.scope(name + "attention");
        Value attention = attention(layer, norm(name + "input_layernorm.weight", hidden), step);
        Value middle = op.add(hidden, norm(name + "post_self_attn_layernorm.weight", attention));
        graph.scope(name + "mlp");
        Value mlp = fusedMlp(name + "mlp.", norm(name + "post_attention_layernorm.weight", middle));
        return op.add(middle, norm(name + "post_mlp_layernorm.weight", mlp));
    }

    private Value preNormLayer(int layer, Value hidden, Step step) {
        String name = "layers." + layer + ".";
        graph.scope(name + "attention");
        Value middle = op.add(hidden, attention(layer, norm(name + "input_layernorm.weight", hidden), step));
        graph.scope(name + "mlp");
        return op.add(middle, separateMlp(name + "mlp.", norm(name + "post_attention_layernorm.weight", middle)));
    }

    private Value norm(String name, Value x) {
        return op.rmsNorm(x, weights.require(name, config.hiddenSize()), config.rmsNormEpsilon());
    }

    private Value attention(int layer, Value x, Step step) {
        String name = "layers." + layer + ".self_attn.";
        int heads = config.headCount();
        int kvHeads = config.kvHeadCount();
        int size = config.headDimension();
        Value query = rotated(projection(name + "q_proj", x, heads), heads, step);
        Value key = rotated(projection(name + "k_proj", x, kvHeads), kvHeads, step);
        Value value = op.splitHeads(projection(name + "v_proj", x, kvHeads), kvHeads, size);
        Value keys = cached("k_cache", layer, key, step);
        Value values = cached("v_cache", layer, value, step);
        Value attended = op.joinHeads(op.attention(op.scaled(query, size), keys, values, step.mask()));
        Weight output = weights.require(name + "o_proj.weight", config.hiddenSize(), (long) heads * size);
        return products.linearToFloat(
                attended, output, bias(name + "o_proj", config.attentionOutputBias(), config.hiddenSize()));
    }

    private Value projection(String name, Value x, int heads) {
        long width = (long) heads * config.headDimension();
        Weight weight = weights.require(name + ".weight", width, config.hiddenSize());
        return products.linear(x, weight, bias(name, config.attentionBias(), width));
    }

    private @Nullable Weight bias(String name, boolean present, long width) {
        return present ? weights.require(name + ".bias", width) : null;
    }

    private Value rotated(Value x, int heads, Step step) {
        Value split = op.splitHeads(x, heads, config.headDimension());
        boolean interleaved = config.family() == TextConfig.Family.GLM4;
        return op.rotary(split, step.cos(), step.sin(), step.rotaryDimension(), interleaved);
    }

    /// Writes this step's rows into the cache and reads the active length back.
    private Value cached(String name, int layer, Value rows, Step step) {
        Object[] shape = {"B", config.kvHeadCount(), "S_max", config.headDimension()};
        Value cache = graph.input(name + "_" + layer, cacheType, shape);
        Value updated = op.scatter(cache, rows, step.writeIndices());
        Value output = graph.output(updated, name + "_out_" + layer, shape);
        return op.take(output, step.activeLength(), 2);
    }

    /// First half of the fused projection is the gate, second half the up projection.
    private Value fusedMlp(String name, Value x) {
        long width = config.intermediateSize();
        Value both =
                products.linear(x, weights.require(name + "gate_up_proj.weight", 2 * width, config.hiddenSize()), null);
        var halves = op.split(both, -1, 2);
        Value product = op.multiply(op.silu(halves.getFirst()), halves.getLast());
        return products.linearToFloat(
                product, weights.require(name + "down_proj.weight", config.hiddenSize(), width), null);
    }

    private Value separateMlp(String name, Value x) {
        long width = config.intermediateSize();
        boolean biased = config.mlpBias();
        Weight gate = weights.require(name + "gate_proj.weight", width, config.hiddenSize());
        Weight up = weights.require(name + "up_proj.weight", width, config.hiddenSize());
        Weight down = weights.require(name + "down_proj.weight", config.hiddenSize(), width);
        Value gated = op.silu(products.linear(x, gate, bias(name + "gate_proj", biased, width)));
        Value product = op.multiply(gated, products.linear(x, up, bias(name + "up_proj", biased, width)));
        return products.linearToFloat(product, down, bias(name + "down_proj", biased, config.hiddenSize()));
    }
}
