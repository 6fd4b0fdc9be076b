package ai.autoglm.gateway.backend;

import ai.autoglm.proto.tls.TlsFiles;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the backends are. Several addresses share the requests of a kind.
@ConfigMapping(prefix = "autoglm.backends")
public interface BackendsConfig {
    /// `host:port` of each vision encoder.
    @WithDefault("127.0.0.1:9001")
    @NotEmpty
    List<String> visionEncoder();

    /// `host:port` of each audio encoder.
    @WithDefault("127.0.0.1:9002")
    @NotEmpty
    List<String> audioEncoder();

    /// `host:port` of each decoder.
    @WithDefault("127.0.0.1:9003")
    @NotEmpty
    List<String> decoder();

    /// Certificate, key and authority of connections with backends; without them connections are plain.
    Optional<TlsFiles> tls();

    /// How long an attempt to connect may take.
    @WithDefault("1s")
    Duration connectTimeout();

    /// How long a request waits for a backend to come back before it is refused.
    @WithDefault("750ms")
    Duration recoveryWait();

    /// How long a request waits for an encoder where none runs, as where they are scaled to none while nobody needs
    /// them; an encoder that is away is then no fault. 0 refuses such a request after the recovery wait.
    @WithDefault("0s")
    Duration encoderWakeTimeout();

    /// How often a lost connection is tried again while no request asks for it.
    @WithDefault("1s")
    Duration reconnectInterval();
}
