package ai.autoglm.gateway.backend;

import ai.autoglm.proto.tls.TlsFiles;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the backends are, and when one counts as lost. Those of a kind share its requests.
@ConfigMapping(prefix = "autoglm.backends")
public interface BackendsConfig {
    /// Where vision encoders are: `host:port`, `dns:host:port` or `kubernetes:[namespace/]service:port`,
    /// separated by commas.
    @WithDefault("127.0.0.1:9001")
    @NotEmpty
    List<String> visionEncoder();

    /// Where audio encoders are, as for vision encoders.
    @WithDefault("127.0.0.1:9002")
    @NotEmpty
    List<String> audioEncoder();

    /// Where decoders are, as for vision encoders.
    @WithDefault("127.0.0.1:9003")
    @NotEmpty
    List<String> decoder();

    /// Certificate, key and authority of connections with backends; without them connections are plain.
    Optional<TlsFiles> tls();

    /// How long an attempt to connect may take.
    @WithDefault("1s")
    Duration connectTimeout();

    /// How long after a backend was lost requests wait for it, where there is no other, before they are refused.
    @WithDefault("750ms")
    Duration recoveryWait();

    /// How long a request waits for an encoder where none runs, as where they are scaled to none while nobody needs
    /// them; an encoder that is away is then no fault. 0 refuses such a request after the recovery wait.
    @WithDefault("0s")
    Duration encoderWakeTimeout();

    /// How long a gateway that starts waits for its backends before it takes requests without them.
    @WithDefault("3s")
    Duration startupWait();

    /// How often a lost connection is tried again while no request asks for it.
    @WithDefault("500ms")
    Duration reconnectInterval();

    /// How often each backend is asked for a sign of life.
    @WithDefault("2s")
    Duration heartbeatInterval();

    /// How long a backend may take for a sign of life; one that takes longer is ejected.
    @WithDefault("2s")
    Duration heartbeatTimeout();
}
