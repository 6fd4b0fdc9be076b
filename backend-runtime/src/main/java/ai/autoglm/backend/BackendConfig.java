package ai.autoglm.backend;

import ai.autoglm.proto.tls.TlsFiles;
import ai.autoglm.toolkit.engine.EngineChoice;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Settings that all backends have, each under its own prefix.
public interface BackendConfig {
    /// Directory of the compiled bundle; by default the one that all services share.
    @WithDefault("${autoglm.bundle}")
    Path bundle();

    /// Longest that one run of the model, or decoding one file, may take: from then on the backend counts as hung, says
    /// so, and gives no more signs of life to its calls. The longest prefill chunk has to fit; seconds do on a GPU.
    @WithDefault("60s")
    Duration stepTimeout();

    /// How long new calls are still served after the process was asked to stop: whoever sends them has to learn
    /// of it.
    @WithDefault("10s")
    Duration shutdownDelay();

    /// How long calls under way may take to finish after that.
    @WithDefault("120s")
    Duration shutdownGrace();

    /// How long a client may leave a call without sending or reading.
    @WithDefault("30s")
    Duration idleTimeout();

    /// Certificate, key and authority of connections with gateways; without them connections are plain.
    Optional<TlsFiles> tls();

    /// What runs the model; by default what all services share.
    @WithDefault("${autoglm.engine:onnxruntime}")
    EngineChoice engine();

    /// Threads that share one operator of the model; 0 is one for each physical core.
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int engineThreads();

    /// Whether idle engine threads spin: faster alone, slower beside other processes.
    @WithDefault("false")
    boolean engineSpinning();

    /// What clients call the model, for the label `model_name` of meters.
    @WithDefault("${autoglm.model.served-name:autoglm-phone-9b}")
    String servedName();
}
