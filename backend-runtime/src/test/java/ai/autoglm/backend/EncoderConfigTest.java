package ai.autoglm.backend;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.backend.encode.EncodeSettings;
import ai.autoglm.backend.encode.EncoderConfig;
import ai.autoglm.backend.testing.TestSettings;
import ai.autoglm.toolkit.engine.EngineChoice;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The settings that all backends have, and those of both encoders, under the prefix of one that has no other.
class EncoderConfigTest {
    @ConfigMapping(prefix = "autoglm.some-encoder")
    interface SomeEncoderConfig extends EncoderConfig {}

    @Test
    void hasDefaults() {
        EncoderConfig config = config(Map.of());

        assertThat(config.bundle()).isEqualTo(Path.of("shared/bundle"));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.engineThreads()).isZero();
        assertThat(config.engineSpinning()).isFalse();
        assertThat(config.tls()).isEmpty();
        assertThat(config.engine()).isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(config.servedName()).isEqualTo("autoglm-phone-9b");
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(EncodeSettings.of(config))
                .isEqualTo(new EncodeSettings(
                        2,
                        64,
                        32,
                        256L << 20,
                        Duration.ofSeconds(10),
                        heap / 2,
                        heap / 4,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60)));
    }

    @Test
    void everyKeyCanBeSet() {
        EncoderConfig config = config(Map.ofEntries(
                entry("bundle", "own/bundle"),
                entry("queue-capacity", "5"),
                entry("decode-threads", "3"),
                entry("decode-queue-capacity", "7"),
                entry("cache-size", "1K"),
                entry("idle-timeout", "4s"),
                entry("engine-threads", "6"),
                entry("engine-spinning", "true"),
                entry("served-name", "phone"),
                entry("decode-timeout", "8s"),
                entry("decode-memory", "9M"),
                entry("media-memory", "11M"),
                entry("step-timeout", "7s"),
                entry("shutdown-delay", "8s"),
                entry("shutdown-grace", "9s")));

        assertThat(config.bundle()).isEqualTo(Path.of("own/bundle"));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.engineThreads()).isEqualTo(6);
        assertThat(config.engineSpinning()).isTrue();
        assertThat(config.servedName()).isEqualTo("phone");
        assertThat(EncodeSettings.of(config))
                .isEqualTo(new EncodeSettings(
                        3,
                        7,
                        5,
                        1024,
                        Duration.ofSeconds(8),
                        9L << 20,
                        11L << 20,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(7)));
    }

    @Test
    void theEngineCanBeChosen() {
        assertThat(config(Map.of("engine", "tensorrt")).engine()).isEqualTo(EngineChoice.TENSORRT);
        assertThat(config(Map.of("engine", "auto")).engine()).isEqualTo(EngineChoice.AUTO);
    }

    @Test
    void tlsIsWholeOrNotAtAll() {
        assertThat(config(Map.of("tls.certificate", "a", "tls.key", "b", "tls.authority", "c"))
                        .tls())
                .hasValueSatisfying(tls -> assertThat(List.of(tls.certificate(), tls.key(), tls.authority()))
                        .containsExactly(Path.of("a"), Path.of("b"), Path.of("c")));
        assertThatThrownBy(() -> config(Map.of("tls.certificate", "a", "tls.key", "b")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("tls.authority");
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertThatThrownBy(() -> config(Map.of("queue-capacty", "5")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("queue-capacty");
    }

    /// The configuration that some keys make.
    static EncoderConfig config(Map<String, String> values) {
        return TestSettings.of(SomeEncoderConfig.class, values);
    }
}
