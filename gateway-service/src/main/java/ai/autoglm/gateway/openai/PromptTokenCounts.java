package ai.autoglm.gateway.openai;

/// What a prompt cost.
///
/// @param total placeholder tokens of images and audios included
/// @param cached of these, found in the prefix cache
/// @param audio of these, placeholders of audio
public record PromptTokenCounts(int total, int cached, int audio) {}
