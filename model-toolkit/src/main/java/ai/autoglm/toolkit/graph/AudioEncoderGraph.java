package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.bundle.PartPrecision;
import ai.autoglm.toolkit.checkpoint.AudioConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.autoglm.toolkit.position.RotaryTable;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.FloatBuffer;

/// audio-encoder.onnx: the log-mel frames of one window to its embeddings, projector included. Source: MODEL_SPEC E.1.
///
/// Input: log_mel [1, mels, frames], a full window. Output: audio_embeds [frames/2/framesPerToken, H]; the caller
/// keeps the rows that belong to sound. Both are fp32, and so is the residual stream. Positions restart in each window,
/// so their rotation is part of the graph.
public final class AudioEncoderGraph {
    private final AudioConfig config;
    private final Weights tower;
    private final GraphBuilder graph;
    private final Operators op;
    private final Products products;
    private final OnnxType activations;

    private AudioEncoderGraph(AudioConfig config, Weights tower, PartPrecision precision, GraphBuilder graph) {
        this.config = config;
        this.tower = tower;
        this.graph = graph;
        this.op = new Operators(graph);
        this.products = new Products(graph, precision);
        this.activations = OnnxType.of(precision.activations());
    }

    /// The graph, with its weights appended to `file`.
    ///
    /// @param hiddenSize H, the language model's
    public static ModelProto build(
            AudioConfig config,
            Weights tower,
            Weights projector,
            int hiddenSize,
            PartPrecision precision,
            WeightFile file) {
        GraphBuilder graph = new GraphBuilder("audio-encoder", file);
        new AudioEncoderGraph(config, tower, precision, graph).encode(projector, hiddenSize);
        return graph.build();
    }

    private record Rotary(Value cos, Value sin, int dimension) {}

    private void encode(Weights projector, int hiddenSize) {
        int hidden = config.hiddenSize();
        int mels = config.melBinCount();
        Value mel = graph.input("log_mel", OnnxType.FLOAT, 1, mels, 2 * config.maxPositions());
        graph.scope("convolutions");
        Weight first = tower.require("conv1.weight", hidden, mels, 3);
        Weight second = tower.require("conv2.weight", hidden, hidden, 3);
        Value frames = op.gelu(convolution(op.cast(mel, activations), first, "conv1.bias", 1));
        frames = op.gelu(convolution(frames, second, "conv2.bias", 2));
        Value x = op.cast(op.transpose(frames, 0, 2, 1), OnnxType.FLOAT);
        Rotary rotary = rotary();
        for (int layer = 0; layer < config.layerCount(); layer++) {
            x = layer("layers." + layer + ".", x, rotary);
        }
        graph.scope("projector");
        project(norm("norm", x), projector, hiddenSize);
    }

    private Value convolution(Value x, Weight kernel, String bias, int stride) {
        return op.convolution(x, products.small(kernel), products.small(vector(bias)), stride);
    }

    private Rotary rotary() {
        int dimension = (int) (config.headDimension() * config.rope().partialFactor());
        int rows = config.maxPositions();
        FloatBuffer cos = FloatBuffer.allocate(rows * dimension / 2);
        FloatBuffer sin = FloatBuffer.allocate(rows * dimension / 2);
        RotaryTable table = RotaryTable.text(dimension, config.rope().theta());
        for (int position = 0; position < rows; position++) {
            table.write(position, cos, sin);
        }
        return new Rotary(
                graph.floats("rope_cos", cos.array(), 1, rows, dimension / 2),
                graph.floats("rope_sin", sin.array(), 1, rows, dimension / 2),
                dimension);
    }

    private Value layer(String name, Value x, Rotary rotary) {
        int hidden = config.hiddenSize();
        int width = config.intermediateSize();
        graph.scope(name + "attention");
        Value middle = op.add(x, attention(name + "self_attn.", norm(name + "input_layernorm", x), rotary));
        graph.scope(name + "mlp");
        Value normed = norm(name + "post_attention_layernorm", middle);
        Weight inner = tower.require(name + "mlp.fc1.weight", width, hidden);
        Weight outer = tower.require(name + "mlp.fc2.weight", hidden, width);
        Value activated = op.gelu(products.linear(normed, inner, tower.require(name + "mlp.fc1.bias", width)));
        return op.add(middle, products.linearToFloat(activated, outer, vector(name + "mlp.fc2.bias")));
    }

    /// Full attention over the window; silence at its end is not masked, as in training.
    private Value attention(String name, Value x, Rotary rotary) {
        int heads = config.headCount();
        int size = config.headDimension();
        Value query = rotated(products.linear(x, square(name + "q_proj.weight"), vector(name + "q_proj.bias")), rotary);
        Value key = rotated(products.linear(x, square(name + "k_proj.weight"), null), rotary);
        Value value = products.linear(x, square(name + "v_proj.weight"), vector(name + "v_proj.bias"));
        Value attended = op.attention(op.scaled(query, size), key, op.splitHeads(value, heads, size), null);
        return products.linearToFloat(
                op.joinHeads(attended), square(name + "o_proj.weight"), vector(name + "o_proj.bias"));
    }

    private Value rotated(Value x, Rotary rotary) {
        Value split = op.splitHeads(x, config.headCount(), config.headDimension());
        return op.rotary(split, rotary.cos(), rotary.sin(), rotary.dimension(), false);
    }

    private void project(Value x, Weights projector, int hiddenSize) {
        long joined = (long) config.hiddenSize() * config.framesPerToken();
        long inner = 2L * hiddenSize;
        Weight first = projector.require("linear_1.weight", inner, joined);
        Weight second = projector.require("linear_2.weight", hiddenSize, inner);
        Value groups = op.reshape(x, -1, joined);
        Value activated = op.gelu(products.linear(groups, first, projector.require("linear_1.bias", inner)));
        Value rows = products.linearToFloat(activated, second, projector.require("linear_2.bias", hiddenSize));
        graph.output(rows, "audio_embeds", config.maxPositions() / config.framesPerToken(), hiddenSize);
    }

    private Value norm(String name, Value x) {
        return op.layerNorm(x, vector(name + ".weight"), vector(name + ".bias"), config.layerNormEpsilon());
    }

    private Weight vector(String name) {
        return tower.require(name, config.hiddenSize());
    }

    private Weight square(String name) {
        return tower.require(name, config.hiddenSize(), config.hiddenSize());
    }
}
