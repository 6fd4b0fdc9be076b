package ai.autoglm.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;

/// What a chat request may hold.
@ConfigMapping(prefix = "autoglm.chat")
public interface ChatConfig {
    /// Most images in all messages together.
    @WithDefault("10")
    @PositiveOrZero
    int maxImages();

    /// Most audios in all messages together.
    @WithDefault("4")
    @PositiveOrZero
    int maxAudios();

    /// Most answers to one request (`n`).
    @WithDefault("8")
    @Positive
    int maxChoices();

    /// Largest file of one image.
    @WithDefault("20M")
    MemorySize maxImageSize();

    /// Largest file of one audio.
    @WithDefault("25M")
    MemorySize maxAudioSize();

    /// Largest sum of all files of a request.
    @WithDefault("48M")
    MemorySize maxMediaSize();

    /// Most pixels of all images of a request, before they are resized.
    @WithDefault("120000000")
    @Positive
    long maxTotalPixels();

    /// Whether a field that nobody knows is an error rather than ignored.
    @WithDefault("false")
    boolean strictFields();
}
