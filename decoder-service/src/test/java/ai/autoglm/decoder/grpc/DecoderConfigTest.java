package ai.autoglm.decoder.grpc;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.backend.testing.TestSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What it has beside the settings of every backend.
class DecoderConfigTest {
    @Test
    void hasDefaults() {
        DecoderConfig config = config(Map.of());

        assertThat(config.maxNumSeqs()).isEqualTo(8);
        assertThat(config.maxModelLen()).isEmpty();
        assertThat(config.resumeSlots()).isEqualTo(2);
        assertThat(config.prefillChunk()).isEqualTo(256);
        assertThat(config.queueCapacity()).isEqualTo(64);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.savedTokens()).isZero();
    }

    @Test
    void everyKeyCanBeSet() {
        DecoderConfig config = config(Map.ofEntries(
                entry("max-num-seqs", "3"),
                entry("resume-slots", "4"),
                entry("max-model-len", "4000"),
                entry("prefill-chunk", "128"),
                entry("queue-capacity", "5"),
                entry("queue-timeout", "6s"),
                entry("media-timeout", "7s"),
                entry("saved-tokens", "100000"),
                entry("step-timeout", "9s")));

        assertThat(config.maxNumSeqs()).isEqualTo(3);
        assertThat(config.resumeSlots()).isEqualTo(4);
        assertThat(config.maxModelLen()).hasValue(4000);
        assertThat(config.savedTokens()).isEqualTo(100_000);
        assertThat(config.stepTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.prefillChunk()).isEqualTo(128);
        assertThat(config.queueCapacity()).isEqualTo(5);
        assertThat(config.queueTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.mediaTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    private static DecoderConfig config(Map<String, String> values) {
        return TestSettings.of(DecoderConfig.class, values);
    }
}
