package ai.autoglm.decoder.grpc;

import ai.autoglm.proto.tls.TlsFiles;
import ai.autoglm.toolkit.engine.EngineChoice;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Settings of the decoder.
@ConfigMapping(prefix = "autoglm.decoder")
public interface DecoderConfig {
    /// Directory of the compiled bundle; by default the one that all services share.
    @WithDefault("${autoglm.bundle}")
    Path bundle();

    /// Sequences decoded side by side. Each takes KV cache memory for a whole context.
    @WithDefault("8")
    @Min(1)
    @Max(1024)
    int maxNumSeqs();

    /// Sequences that are decoded beside those: work that another decoder has lost. Each takes as much memory.
    @WithDefault("2")
    @Min(0)
    @Max(1024)
    int resumeSlots();

    /// Longest sequence in tokens, prompt and answer together; by default 8192 or, if that is less, what
    /// the model was made for.
    OptionalInt maxModelLen();

    /// Prompt tokens computed at once: more is faster, but makes answers under way wait longer.
    @WithDefault("256")
    @Min(1)
    @Max(8192)
    int prefillChunk();

    /// Requests that wait for a place, at most; more are refused at once.
    @WithDefault("64")
    @Min(0)
    @Max(10_000)
    int queueCapacity();

    /// How long a request may wait for a place.
    @WithDefault("60s")
    Duration queueTimeout();

    /// How long a request may wait for the next rows of its images and audios.
    @WithDefault("60s")
    Duration mediaTimeout();

    /// Longest that one run of the model may take: from then on the decoder counts as hung, says so, and gives no
    /// more signs of life to its calls. The longest prefill chunk has to fit; seconds do on a GPU.
    @WithDefault("60s")
    Duration stepTimeout();

    /// How long new calls are still served after the process was asked to stop: whoever sends them has to learn
    /// of it.
    @WithDefault("10s")
    Duration shutdownDelay();

    /// How long calls under way may take to finish after that.
    @WithDefault("120s")
    Duration shutdownGrace();

    /// How long a client may leave its answer unread.
    @WithDefault("30s")
    Duration idleTimeout();

    /// Certificate, key and authority of connections with gateways; without them connections are plain.
    Optional<TlsFiles> tls();

    /// Tokens of idle sequences that are kept in host memory when their slot is needed; 0 forgets them. Worth it where
    /// the KV cache is in the memory of a GPU.
    @WithDefault("0")
    @Min(0)
    long savedTokens();

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
