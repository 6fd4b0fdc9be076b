package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.auth.KeySettings;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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

    /// Where the gateways are that share the limits of keys, this one included, written as backends are:
    /// `dns:host:port` or `kubernetes:[namespace/]service:port`. Each grants an equal part. Absent: as many as
    /// [#gatewayCount] says.
    Optional<List<String>> gateways();

    /// Gateways that share the limits of keys, this one included, where nothing says where they are, and until they
    /// are found.
    @WithDefault("1")
    @Min(1)
    int gatewayCount();

    /// Choices of one key that are worked on at once. Absent: no limit but that of all. Does not apply where no keys
    /// are configured.
    @Min(1)
    OptionalInt concurrencyPerKey();

    /// Requests of one key in a minute, or of everybody where no keys are configured. Absent: no limit.
    @Min(1)
    @Max(KeySettings.MAX_PER_MINUTE)
    OptionalLong requestsPerMinute();

    /// Prompt and completion tokens of one key in a minute, or of everybody. Absent: no limit.
    @Min(1)
    @Max(KeySettings.MAX_PER_MINUTE)
    OptionalLong tokensPerMinute();

    /// Keys whose usage is told by name in meters; those that come later are counted together as `other`. Logs
    /// name all.
    @WithDefault("100")
    @Min(0)
    int usageKeys();
}
