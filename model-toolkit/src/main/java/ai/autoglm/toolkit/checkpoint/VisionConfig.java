package ai.autoglm.toolkit.checkpoint;

/// The Glm4v vision tower's configuration. Source: MODEL_SPEC B.1.
///
/// @param mergerSize width of the merger's MLP; the blocks' own MLP is outHiddenSize wide
/// @param tableSide the position table has this many patches squared
public record VisionConfig(
        int depth,
        int hiddenSize,
        int headCount,
        int mergerSize,
        int outHiddenSize,
        int tableSide,
        int patchSize,
        int temporalPatchSize,
        int mergeSize,
        int channelCount,
        float rmsNormEpsilon,
        boolean attentionBias) {
    static VisionConfig read(ConfigNode vision) {
        vision.requireActivation("silu");
        int patch = vision.integer("patch_size", 14);
        return new VisionConfig(
                vision.integer("depth"),
                vision.integer("hidden_size"),
                vision.integer("num_heads"),
                vision.integer("intermediate_size"),
                vision.integer("out_hidden_size"),
                vision.integer("image_size", 336) / patch,
                patch,
                vision.integer("temporal_patch_size", 2),
                vision.integer("spatial_merge_size", 2),
                vision.integer("in_channels", 3),
                (float) vision.decimal("rms_norm_eps", 1e-5),
                vision.flag("attention_bias", false));
    }

    public int headDimension() {
        return hiddenSize / headCount;
    }
}
