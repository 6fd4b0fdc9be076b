package ai.autoglm.gateway.metrics;

/// Prompt tokens of a request, those of all its prompts together.
///
/// @param cached of these, found in a decoder's prefix cache
/// @param image of these, placeholders of images
/// @param audio of these, placeholders of audio
public record PromptCost(int total, int cached, int image, int audio) {
    static final PromptCost NONE = new PromptCost(0, 0, 0, 0);
}
