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

    /// Longest pause while an encoder reads a medium or sends its rows.
    @WithDefault("60s")
    Duration progressTimeout();
}
