package ai.autoglm.proto.encode;

import java.time.Duration;

/// The bounds of an encoder's server.
///
/// @param decodeThreads media decoded side by side
/// @param decodeQueueCapacity media that wait to be decoded, at most
/// @param queueCapacity decoded media that wait for the engine, at most
/// @param cacheBytes rows that are kept for media that come again, at most; 0 keeps none
/// @param patience how long a client may leave a call without sending or reading
/// @param stepTimeout longest that one run of the tower, or decoding one file, may take; from then on the server
///     counts as hung, and gives no more signs of life
public record EncodeSettings(
        int decodeThreads,
        int decodeQueueCapacity,
        int queueCapacity,
        long cacheBytes,
        Duration patience,
        Duration stepTimeout) {}
