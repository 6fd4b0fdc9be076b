package ai.autoglm.backend.encode;

import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;

/// The bounds of an encoder's server.
///
/// @param decodeThreads media decoded side by side
/// @param decodeQueueCapacity media that wait to be decoded, at most
/// @param queueCapacity decoded media that wait for the engine, at most
/// @param cacheBytes rows that are kept for media that come again, at most; 0 keeps none
/// @param decodeTimeout how long one medium may be decoded, its wait for memory included
/// @param decodeBytes of heap that media take while they are decoded, all together at most
/// @param mediaBytes of heap that files and decoded media of all calls take, at most
/// @param patience how long a client may leave a call without sending or reading
/// @param stepTimeout longest that one run of the tower, or decoding one file, may take; from then on the server
///     counts as hung, and gives no more signs of life
public record EncodeSettings(
        int decodeThreads,
        int decodeQueueCapacity,
        int queueCapacity,
        long cacheBytes,
        Duration decodeTimeout,
        long decodeBytes,
        long mediaBytes,
        Duration patience,
        Duration stepTimeout) {
    /// Bounds as configured.
    public static EncodeSettings of(EncoderConfig config) {
        long heap = Runtime.getRuntime().maxMemory();
        return new EncodeSettings(
                config.decodeThreads(),
                config.decodeQueueCapacity(),
                config.queueCapacity(),
                config.cacheSize().asLongValue(),
                config.decodeTimeout(),
                config.decodeMemory().map(MemorySize::asLongValue).orElse(heap / 2),
                config.mediaMemory().map(MemorySize::asLongValue).orElse(heap / 4),
                config.idleTimeout(),
                config.stepTimeout());
    }
}
