package ai.autoglm.toolkit.checkpoint;

/// The cross-modal fusion layer's configuration.
public record FusionConfig(int rank, int headCount, float rmsNormEpsilon) {
    static FusionConfig read(ConfigNode fusion) {
        return new FusionConfig(fusion.integer("rank"), fusion.integer("num_attention_heads"), (float)
                fusion.decimal("rms_norm_eps", 1e-5));
    }
}
