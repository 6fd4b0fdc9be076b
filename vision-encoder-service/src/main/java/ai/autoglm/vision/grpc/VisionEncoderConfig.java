package ai.autoglm.vision.grpc;

import ai.autoglm.backend.encode.EncoderConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/// Settings of the vision encoder.
@ConfigMapping(prefix = "autoglm.vision-encoder")
public interface VisionEncoderConfig extends EncoderConfig {
    /// Largest image file.
    @WithDefault("20M")
    MemorySize maxImageSize();

    /// Most pixels of an image before resizing.
    @WithDefault("40000000")
    @Min(1)
    long maxPixels();
}
