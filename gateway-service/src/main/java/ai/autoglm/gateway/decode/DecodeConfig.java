package ai.autoglm.gateway.decode;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How patient the gateway is with decoders.
@ConfigMapping(prefix = "autoglm.decode")
public interface DecodeConfig {
    /// From a prompt to the decoder's word that it has a place in its queue.
    @WithDefault("60s")
    Duration acceptTimeout();

    /// Longest time without a sign of life of a generation, after which its decoder is ejected and the generation
    /// goes on elsewhere, where there is an elsewhere. Decoders send one a second while a prompt waits or is
    /// prefilled.
    @WithDefault("5s")
    Duration progressTimeout();

    /// Longest time without a sign of life where there is no elsewhere.
    @WithDefault("60s")
    Duration stallTimeout();

    /// How long a request is refused that was under way in two crashes of decoders.
    @WithDefault("10m")
    Duration refusalTime();

    /// Whether a prompt finds only what requests of the same key have left in a decoder's prefix cache.
    /// Otherwise the time that an answer takes tells one key what others have asked. Source: API.md 6.5.
    @WithDefault("true")
    boolean prefixCachePerKey();
}
