package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(config.prefillChunk()).isEqualTo(256);
        assertThat(config.queueCapacity()).isEqualTo(64);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.engineThreads()).isZero();
        assertThat(config.engineSpinning()).isFalse();
        assertThat(config.tls()).isEmpty();
    }

    @Test
    void everyKeyCanBeSet() {
        DecoderConfig config = config(Map.of(
                "bundle", "own/bundle",
                "max-num-seqs", "3",
                "max-model-len", "4000",
                "prefill-chunk", "128",
                "queue-capacity", "5",
                "queue-timeout", "6s",
                "media-timeout", "7s",
                "idle-timeout", "8s",
                "engine-threads", "9",
                "engine-spinning", "true"));

        assertThat(config.bundle()).isEqualTo(Path.of("own/bundle"));
        assertThat(config.maxNumSeqs()).isEqualTo(3);
        assertThat(config.maxModelLen()).hasValue(4000);
        assertThat(config.prefillChunk()).isEqualTo(128);
        assertThat(config.queueCapacity()).isEqualTo(5);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.engineThreads()).isEqualTo(9);
        assertThat(config.engineSpinning()).isTrue();
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
