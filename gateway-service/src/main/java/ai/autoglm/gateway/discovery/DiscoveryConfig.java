package ai.autoglm.gateway.discovery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How backends are looked for.
@ConfigMapping(prefix = "autoglm.discovery")
public interface DiscoveryConfig {
    /// How often the host of a `dns:` target is looked up.
    @WithDefault("2s")
    Duration dnsInterval();
}
