package ai.autoglm.audio.grpc;

import ai.autoglm.backend.encode.EncoderConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// Settings of the audio encoder.
@ConfigMapping(prefix = "autoglm.audio-encoder")
public interface AudioEncoderConfig extends EncoderConfig {
    /// Largest audio file.
    @WithDefault("25M")
    MemorySize maxAudioSize();

    /// Longest audio; longer audio is refused, never cut.
    @WithDefault("300")
    @Min(1)
    @Max(3_600)
    int maxAudioSeconds();
}
