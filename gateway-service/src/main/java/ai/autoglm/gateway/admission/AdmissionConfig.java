package ai.autoglm.gateway.admission;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.util.OptionalLong;

/// How much is worked on, at once and in a minute.
@ConfigMapping(prefix = "autoglm.admission")
public interface AdmissionConfig {
    /// Choices of requests between admission and the last byte of their answer, those waiting in a
    /// backend's queue included.
    @WithDefault("256")
    @Min(1)
    int maxRunning();

    /// Bytes of request bodies and downloaded media that are held at once, those of all requests together.
    /// While a request is prepared it takes up to four times its body.
    @WithDefault("192M")
    MemorySize maxHeldSize();

    /// Requests of one key in a minute, or of everybody where no keys are configured. Absent: no limit.
    @Min(1)
    OptionalLong requestsPerMinute();

    /// Prompt and completion tokens of one key in a minute, or of everybody. Absent: no limit.
    @Min(1)
    OptionalLong tokensPerMinute();
}
