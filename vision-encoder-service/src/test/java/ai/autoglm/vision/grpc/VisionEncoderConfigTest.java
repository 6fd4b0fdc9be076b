package ai.autoglm.vision.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What it has beside the settings of every encoder.
class VisionEncoderConfigTest {
    @Test
    void hasDefaults() {
        VisionEncoderConfig config = config(Map.of());

        assertThat(config.maxImageSize().asLongValue()).isEqualTo(20L << 20);
        assertThat(config.maxPixels()).isEqualTo(40_000_000);
    }

    @Test
    void everyKeyCanBeSet() {
        VisionEncoderConfig config =
                config(Map.of("max-image-size", "2M", "max-pixels", "1000", "queue-capacity", "5"));

        assertThat(config.maxImageSize().asLongValue()).isEqualTo(2L << 20);
        assertThat(config.maxPixels()).isEqualTo(1000);
        assertThat(config.queueCapacity()).isEqualTo(5);
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
