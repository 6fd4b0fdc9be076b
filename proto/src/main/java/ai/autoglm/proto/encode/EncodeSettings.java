package ai.autoglm.proto.encode;

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
    /// Half of the heap: what decoding may take where nothing else is set.
    public static long defaultDecodeBytes() {
        return Runtime.getRuntime().maxMemory() / 2;
    }

    /// A quarter of the heap: what files and decoded media may take where nothing else is set.
    public static long defaultMediaBytes() {
        return Runtime.getRuntime().maxMemory() / 4;
    }
}
