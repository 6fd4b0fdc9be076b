package ai.autoglm.gateway.decode;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How patient the gateway is with decoders.
@ConfigMapping(prefix = "autoglm.decode")
public interface DecodeConfig {
    /// From a prompt to the decoder's word that it has a place in its queue.
    @WithDefault("10s")
    Duration acceptTimeout();

    /// Longest time without any event of a generation; a decoder reports progress while a prompt waits
    /// or is prefilled.
    @WithDefault("60s")
    Duration progressTimeout();

    /// Whether a prompt finds only what requests of the same key have left in a decoder's prefix cache.
    /// Otherwise the time that an answer takes tells one key what others have asked. Source: API.md 6.5.
    @WithDefault("true")
    boolean prefixCachePerKey();
}
