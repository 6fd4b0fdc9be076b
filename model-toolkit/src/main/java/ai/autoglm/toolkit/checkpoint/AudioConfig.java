package ai.autoglm.toolkit.checkpoint;

/// The GLM-ASR style audio tower's configuration. Source: MODEL_SPEC E.1.
///
/// @param maxPositions encoder frames of a full window, after the strided convolution
public record AudioConfig(
        int hiddenSize,
        int intermediateSize,
        int layerCount,
        int headCount,
        int melBinCount,
        int maxPositions,
        float layerNormEpsilon,
        RopeConfig rope) {
    static AudioConfig read(ConfigNode audio) {
        audio.requireActivation("gelu");
        return new AudioConfig(
                audio.integer("hidden_size"),
                audio.integer("intermediate_size"),
                audio.integer("num_hidden_layers"),
                audio.integer("num_attention_heads"),
                audio.integer("num_mel_bins"),
                audio.integer("max_position_embeddings"),
                (float) audio.decimal("layer_norm_eps", 1e-5),
                RopeConfig.read(audio.node()));
    }

    public int headDimension() {
        return hiddenSize / headCount;
    }

    /// How many consecutive encoder frames the projector joins into one token.
    public int framesPerToken() {
        return intermediateSize / hiddenSize;
    }
}
