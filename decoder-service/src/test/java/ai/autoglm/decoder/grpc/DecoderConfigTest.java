package ai.autoglm.decoder.grpc;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.EngineChoice;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecoderConfigTest {
    @Test
    void hasDefaults() {
        DecoderConfig config = config(Map.of());

        assertThat(config.bundle()).isEqualTo(Path.of("shared/bundle"));
        assertThat(config.maxNumSeqs()).isEqualTo(8);
        assertThat(config.maxModelLen()).isEmpty();
        assertThat(config.resumeSlots()).isEqualTo(2);
        assertThat(config.prefillChunk()).isEqualTo(256);
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.queueCapacity()).isEqualTo(64);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.engineThreads()).isZero();
        assertThat(config.savedTokens()).isZero();
        assertThat(config.engineSpinning()).isFalse();
        assertThat(config.tls()).isEmpty();
        assertThat(config.engine()).isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(config.servedName()).isEqualTo("autoglm-phone-9b");
    }

    @Test
    void everyKeyCanBeSet() {
        DecoderConfig config = config(Map.ofEntries(
                entry("bundle", "own/bundle"),
                entry("max-num-seqs", "3"),
                entry("resume-slots", "4"),
                entry("max-model-len", "4000"),
                entry("prefill-chunk", "128"),
                entry("queue-capacity", "5"),
                entry("queue-timeout", "6s"),
                entry("media-timeout", "7s"),
                entry("idle-timeout", "8s"),
                entry("step-timeout", "9s"),
                entry("shutdown-delay", "10s"),
                entry("shutdown-grace", "11s"),
                entry("engine-threads", "9"),
                entry("engine-spinning", "true"),
                entry("served-name", "phone")));

        assertThat(config.bundle()).isEqualTo(Path.of("own/bundle"));
        assertThat(config.maxNumSeqs()).isEqualTo(3);
        assertThat(config.resumeSlots()).isEqualTo(4);
        assertThat(config.maxModelLen()).hasValue(4000);
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofSeconds(11));
        assertThat(config.prefillChunk()).isEqualTo(128);
        assertThat(config.queueCapacity()).isEqualTo(5);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.engineThreads()).isEqualTo(9);
        assertThat(config.engineSpinning()).isTrue();
        assertThat(config.servedName()).isEqualTo("phone");
    }

    @Test
    void theEngineAndItsHostMemoryCanBeChosen() {
        assertThat(config(Map.of("saved-tokens", "100000")).savedTokens()).isEqualTo(100_000);
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
        assertThatThrownBy(() -> config(Map.of("max-num-seq", "5")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("max-num-seq");
    }

    /// The configuration that some keys make, without Quarkus.
    private static DecoderConfig config(Map<String, String> values) {
        Map<String, String> keys = new HashMap<>();
        values.forEach((key, value) -> keys.put("autoglm.decoder." + key, value));
        keys.put("autoglm.bundle", "shared/bundle");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(DecoderConfig.class)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(DecoderConfig.class);
    }
}
