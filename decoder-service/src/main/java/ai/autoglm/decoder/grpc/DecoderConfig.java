package ai.autoglm.decoder.grpc;

import ai.autoglm.backend.BackendConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;

/// Settings of the decoder.
@ConfigMapping(prefix = "autoglm.decoder")
public interface DecoderConfig extends BackendConfig {
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

    /// Tokens of idle sequences that are kept in host memory when their slot is needed; 0 forgets them. Worth it where
    /// the KV cache is in the memory of a GPU.
    @WithDefault("0")
    @Min(0)
    long savedTokens();
}
