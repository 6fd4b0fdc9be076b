package ai.autoglm.audio.grpc;

import ai.autoglm.proto.tls.TlsFiles;
import ai.autoglm.toolkit.engine.EngineChoice;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Settings of the audio encoder.
@ConfigMapping(prefix = "autoglm.audio-encoder")
public interface AudioEncoderConfig {
    /// Directory of the compiled bundle; by default the one that all services share.
    @WithDefault("${autoglm.bundle}")
    Path bundle();

    /// Decoded audio files that wait for the engine, at most; more are refused at once.
    @WithDefault("32")
    @Min(1)
    @Max(10_000)
    int queueCapacity();

    /// Threads that decode and resample audio.
    @WithDefault("2")
    @Min(1)
    @Max(256)
    int decodeThreads();

    /// Audio files that wait to be decoded, at most; more are refused at once.
    @WithDefault("64")
    @Min(1)
    @Max(10_000)
    int decodeQueueCapacity();

    /// Embedding rows that are kept for audio that comes again; 0 keeps none.
    @WithDefault("256M")
    MemorySize cacheSize();

    /// Largest audio file.
    @WithDefault("25M")
    MemorySize maxAudioSize();

    /// Longest audio; longer audio is refused, never cut.
    @WithDefault("300")
    @Min(1)
    @Max(3_600)
    int maxAudioSeconds();

    /// How long one file may be decoded.
    @WithDefault("10s")
    Duration decodeTimeout();

    /// Heap that files may take while they are decoded, all together; half of the heap where nothing is set.
    Optional<MemorySize> decodeMemory();

    /// Heap that received files and decoded media of all calls may take; a quarter of the heap where nothing is set.
    Optional<MemorySize> mediaMemory();

    /// Longest that one run of the tower, or decoding one file, may take: from then on the encoder counts as
    /// hung, says so, and gives no more signs of life to its calls. Seconds do on a GPU.
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

    /// Threads that share one operator of the tower; 0 is one for each physical core.
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
