package ai.autoglm.gateway.openai;

/// What a chat request may hold.
///
/// @param maxImages most images in all messages together
/// @param maxAudios most audios in all messages together
/// @param strictFields whether a field that nobody knows is an error rather than ignored
public record ChatLimits(int maxImages, int maxAudios, boolean strictFields) {}
