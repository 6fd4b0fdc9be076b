package ai.autoglm.gateway.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Where the gateway listens, what clients may send, and how patient it is with them.
@ConfigMapping(prefix = "autoglm.http")
public interface HttpConfig {
    /// Address to listen on.
    @WithDefault("0.0.0.0")
    @NotBlank
    String host();

    /// Port to listen on; 0 is any free one.
    @WithDefault("8000")
    @Min(0)
    @Max(65_535)
    int port();

    /// The certificate that makes this port HTTPS only.
    Tls tls();

    /// Pages of these origins may call the endpoint from a browser; `*` is every origin. None: no page may.
    Optional<Set<String>> corsOrigins();

    /// Open connections, at most. With TLS they count once they are secured, for which each has three seconds.
    @WithDefault("2048")
    @Min(1)
    int maxConnections();

    /// Open connections of one address, at most. A proxy in front counts as one address.
    @WithDefault("512")
    @Min(1)
    int maxConnectionsPerAddress();

    /// How long a connection may stay without a complete request head, its very first one included.
    @WithDefault("75s")
    Duration idleTimeout();

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

    /// How long new requests are served as before after the process was asked to stop: load balancers have to
    /// learn of it. Their connections end with each answer.
    @WithDefault("10s")
    Duration shutdownDelay();

    /// How long new requests are still served after that, with readiness off.
    @WithDefault("5s")
    Duration shutdownLinger();

    /// How long requests under way may take to finish after that; new ones are refused meanwhile.
    @WithDefault("660s")
    Duration shutdownGrace();

    /// Both or neither.
    interface Tls {
        /// PEM file with the certificate and those that vouch for it. Read again when it changes.
        Optional<Path> certificate();

        /// PEM file with the certificate's private key, not encrypted. Read again when it changes.
        Optional<Path> key();
    }
}
