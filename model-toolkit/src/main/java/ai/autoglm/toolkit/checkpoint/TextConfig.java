package ai.autoglm.toolkit.checkpoint;

/// The language model's configuration.
///
/// @param family which layer layout the tensors have
/// @param attentionBias whether q, k and v projections have a bias
/// @param attentionOutputBias whether o_proj has one
/// @param mlpBias whether the MLP's projections have one
public record TextConfig(
        Family family,
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layerCount,
        int headCount,
        int kvHeadCount,
        int headDimension,
        float rmsNormEpsilon,
        boolean attentionBias,
        boolean attentionOutputBias,
        boolean mlpBias,
        boolean tiedEmbeddings,
        int maxPositions,
        RopeConfig rope) {

    /// Layer layouts. Source: MODEL_SPEC A.2 and F.
    public enum Family {
        /// Sandwich norms, fused gate and up projection, adjacent-pair rotary.
        GLM4,
        /// Two norms a layer, separate gate and up projections, half-split rotary.
        LLAMA
    }

    static TextConfig read(ConfigNode text, Family family, boolean tied) {
        int hidden = text.integer("hidden_size");
        int heads = text.integer("num_attention_heads");
        text.requireActivation("silu");
        boolean attentionBias = text.flag("attention_bias", false);
        return new TextConfig(
                family,
                text.integer("vocab_size"),
                hidden,
                text.integer("intermediate_size"),
                text.integer("num_hidden_layers"),
                heads,
                text.integer("num_key_value_heads", heads),
                text.integer("head_dim", hidden / heads),
                (float) text.decimal("rms_norm_eps", 1e-5),
                attentionBias,
                // GLM-4's o_proj never has a bias, whatever the flag says; Llama's follows it.
                attentionBias && family == Family.LLAMA,
                text.flag("mlp_bias", false),
                tied,
                text.integer("max_position_embeddings", 2048),
                RopeConfig.read(text.node()));
    }
}
