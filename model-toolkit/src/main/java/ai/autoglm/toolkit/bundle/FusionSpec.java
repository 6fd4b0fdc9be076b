package ai.autoglm.toolkit.bundle;

/// Sizes of the cross-modal fusion layer.
public record FusionSpec(int headCount, int headDimension) {}
