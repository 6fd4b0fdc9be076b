package ai.autoglm.audio.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.backend.testing.TestSettings;
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

    private static AudioEncoderConfig config(Map<String, String> values) {
        return TestSettings.of(AudioEncoderConfig.class, values);
    }
}
