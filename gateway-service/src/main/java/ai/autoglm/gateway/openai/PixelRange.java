package ai.autoglm.gateway.openai;

/// How many pixels an image may have once the model has resized it.
public record PixelRange(long min, long max) {}
