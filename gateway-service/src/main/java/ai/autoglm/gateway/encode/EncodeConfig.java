package ai.autoglm.gateway.encode;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How patient the gateway is with encoders.
@ConfigMapping(prefix = "autoglm.encode")
public interface EncodeConfig {
    /// From the last byte of a medium to the encoder's word that it is decoded; its queue is part of it.
    @WithDefault("30s")
    Duration acceptTimeout();

    /// Longest time without a sign of life of a call, after which its encoder is ejected and the medium is
    /// encoded elsewhere, where there is an elsewhere. Encoders send one a second while a medium waits or is
    /// worked on.
    @WithDefault("5s")
    Duration progressTimeout();

    /// Longest time without a sign of life where there is no elsewhere.
    @WithDefault("60s")
    Duration stallTimeout();
}
