package ai.autoglm.toolkit.bundle;

/// Sizes of the language model.
///
/// @param maxPositions longest sequence that the checkpoint was made for, in tokens
public record DecoderSpec(
        int vocabularySize,
        int hiddenSize,
        int layerCount,
        int headCount,
        int kvHeadCount,
        int headDimension,
        int maxPositions,
        RotarySpec rotary) {}
