package ai.autoglm.backend.encode;

import ai.autoglm.backend.BackendConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/// Settings that both encoders have.
public interface EncoderConfig extends BackendConfig {
    /// Decoded media that wait for the engine, at most; more are refused at once.
    @WithDefault("32")
    @Min(1)
    @Max(10_000)
    int queueCapacity();

    /// Threads that decode media and bring them to the size or rate of the model.
    @WithDefault("2")
    @Min(1)
    @Max(256)
    int decodeThreads();

    /// Media that wait to be decoded, at most; more are refused at once.
    @WithDefault("64")
    @Min(1)
    @Max(10_000)
    int decodeQueueCapacity();

    /// Embedding rows that are kept for media that come again; 0 keeps none.
    @WithDefault("256M")
    MemorySize cacheSize();

    /// How long one file may be decoded.
    @WithDefault("10s")
    Duration decodeTimeout();

    /// Heap that files may take while they are decoded, all together; half of the heap where nothing is set.
    Optional<MemorySize> decodeMemory();

    /// Heap that received files and decoded media of all calls may take; a quarter of the heap where nothing is set.
    Optional<MemorySize> mediaMemory();
}
