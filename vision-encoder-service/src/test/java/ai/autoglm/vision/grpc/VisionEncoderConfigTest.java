package ai.autoglm.vision.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.backend.testing.TestSettings;
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

    private static VisionEncoderConfig config(Map<String, String> values) {
        return TestSettings.of(VisionEncoderConfig.class, values);
    }
}
