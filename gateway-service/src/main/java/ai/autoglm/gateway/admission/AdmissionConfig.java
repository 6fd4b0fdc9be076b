package ai.autoglm.gateway.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/// How much is worked on at once.
@ConfigMapping(prefix = "autoglm.admission")
public interface AdmissionConfig {
    /// Choices of requests between admission and the last byte of their answer, those waiting in a
    /// backend's queue included.
    @WithDefault("256")
    @Min(1)
    int maxRunning();
}
