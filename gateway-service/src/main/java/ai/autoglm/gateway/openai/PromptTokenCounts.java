package ai.autoglm.gateway.openai;

/// What the prompts of a request cost.
///
/// @param total placeholder tokens of images and audios included
/// @param cached of these, found in the prefix cache
/// @param audio of these, placeholders of audio
public record PromptTokenCounts(int total, int cached, int audio) {
    public PromptTokenCounts plus(PromptTokenCounts other) {
        return new PromptTokenCounts(total + other.total, cached + other.cached, audio + other.audio);
    }
}
