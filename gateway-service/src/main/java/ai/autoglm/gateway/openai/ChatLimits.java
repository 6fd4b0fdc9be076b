package ai.autoglm.gateway.openai;

import org.jspecify.annotations.Nullable;

/// What a chat request may hold.
///
/// @param maxImages most images in all messages together
/// @param maxAudios most audios in all messages together
/// @param maxChoices most answers to one request
/// @param pixels to which images are resized; null where the model does not see
/// @param strictFields whether a field that nobody knows is an error rather than ignored
public record ChatLimits(
        int maxImages,
        int maxAudios,
        int maxChoices,
        @Nullable PixelRange pixels,
        boolean strictFields) {}
