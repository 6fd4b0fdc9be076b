package ai.autoglm.vision.grpc;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.EngineChoice;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisionEncoderConfigTest {
    @Test
    void hasDefaults() {
        VisionEncoderConfig config = config(Map.of());

        assertThat(config.bundle()).isEqualTo(Path.of("shared/bundle"));
        assertThat(config.queueCapacity()).isEqualTo(32);
        assertThat(config.decodeThreads()).isEqualTo(2);
        assertThat(config.decodeQueueCapacity()).isEqualTo(64);
        assertThat(config.cacheSize().asLongValue()).isEqualTo(256L << 20);
        assertThat(config.maxImageSize().asLongValue()).isEqualTo(20L << 20);
        assertThat(config.maxPixels()).isEqualTo(40_000_000);
        assertThat(config.decodeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.decodeMemory()).isEmpty();
        assertThat(config.mediaMemory()).isEmpty();
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.engineThreads()).isZero();
        assertThat(config.engineSpinning()).isFalse();
        assertThat(config.tls()).isEmpty();
        assertThat(config.engine()).isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(config.servedName()).isEqualTo("autoglm-phone-9b");
    }

    @Test
    void everyKeyCanBeSet() {
        VisionEncoderConfig config = config(Map.ofEntries(
                entry("bundle", "own/bundle"),
                entry("queue-capacity", "5"),
                entry("decode-threads", "3"),
                entry("decode-queue-capacity", "7"),
                entry("cache-size", "1K"),
                entry("max-image-size", "2M"),
                entry("max-pixels", "1000"),
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
        assertThat(config.queueCapacity()).isEqualTo(5);
        assertThat(config.decodeThreads()).isEqualTo(3);
        assertThat(config.decodeQueueCapacity()).isEqualTo(7);
        assertThat(config.cacheSize().asLongValue()).isEqualTo(1024);
        assertThat(config.maxImageSize().asLongValue()).isEqualTo(2L << 20);
        assertThat(config.maxPixels()).isEqualTo(1000);
        assertThat(config.decodeTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.decodeMemory().orElseThrow().asLongValue()).isEqualTo(9L << 20);
        assertThat(config.mediaMemory().orElseThrow().asLongValue()).isEqualTo(11L << 20);
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.shutdownGrace()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.engineThreads()).isEqualTo(6);
        assertThat(config.engineSpinning()).isTrue();
        assertThat(config.servedName()).isEqualTo("phone");
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

    /// The configuration that some keys make, without Quarkus.
    private static VisionEncoderConfig config(Map<String, String> values) {
        Map<String, String> keys = new HashMap<>();
        values.forEach((key, value) -> keys.put("autoglm.vision-encoder." + key, value));
        keys.put("autoglm.bundle", "shared/bundle");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(VisionEncoderConfig.class)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(VisionEncoderConfig.class);
    }
}
