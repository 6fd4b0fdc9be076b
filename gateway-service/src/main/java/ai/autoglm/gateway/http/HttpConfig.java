package ai.autoglm.gateway.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What clients may send, and how patient the gateway is with them.
@ConfigMapping(prefix = "autoglm.http")
public interface HttpConfig {
    /// Keys that clients may use. None: any key is accepted, and so is no key.
    Optional<List<String>> apiKeys();

    /// Largest request body.
    @WithDefault("64M")
    MemorySize maxBodySize();

    /// Longest pause while a client sends its request body.
    @WithDefault("30s")
    Duration uploadIdleTimeout();

    /// How long a client may leave a part of its answer unread.
    @WithDefault("30s")
    Duration writeTimeout();

    /// Longest time from a request to the end of its answer.
    @WithDefault("10m")
    Duration requestTimeout();

    /// Pause between signs of life before the first token of a stream.
    @WithDefault("15s")
    Duration keepAliveInterval();
}
