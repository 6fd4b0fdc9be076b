package ai.autoglm.audio.grpc;

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
class AudioEncoderConfigTest {
    @Test
    void hasDefaults() {
        AudioEncoderConfig config = config(Map.of());

        assertThat(config.maxAudioSize().asLongValue()).isEqualTo(25L << 20);
        assertThat(config.maxAudioSeconds()).isEqualTo(300);
    }

    @Test
    void everyKeyCanBeSet() {
        AudioEncoderConfig config =
                config(Map.of("max-audio-size", "2M", "max-audio-seconds", "10", "queue-capacity", "5"));

        assertThat(config.maxAudioSize().asLongValue()).isEqualTo(2L << 20);
        assertThat(config.maxAudioSeconds()).isEqualTo(10);
        assertThat(config.queueCapacity()).isEqualTo(5);
    }

    /// The configuration that some keys make, without Quarkus.
    private static AudioEncoderConfig config(Map<String, String> values) {
        Map<String, String> keys = new HashMap<>();
        values.forEach((key, value) -> keys.put("autoglm.audio-encoder." + key, value));
        keys.put("autoglm.bundle", "shared/bundle");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(AudioEncoderConfig.class)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(AudioEncoderConfig.class);
    }
}
