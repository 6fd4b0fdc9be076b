package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.deadline.CountedDeadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioDeadlineTest {
    private static final int MEBIBYTE = 1 << 20;

    private final FeatureExtractor extractor = new FeatureExtractor(GoldenAudio.PREPROCESSING, AudioLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {"8k-a-law.wav", "48k-stereo-24bit.flac", "mpeg1-44k-joint-stereo.mp3", "vorbis-44k-stereo.ogg"})
    void stopsTheWorkWhereverItPasses(String name) {
        byte[] file = GoldenAudio.encoded(name);
        CountedDeadline never = new CountedDeadline(Integer.MAX_VALUE);
        extractor.extract(file, never);

        assertThat(never.count()).isGreaterThan(3);
        for (int passesAt = 0; passesAt < never.count(); passesAt++) {
            CountedDeadline deadline = new CountedDeadline(passesAt);
            assertThatThrownBy(() -> extractor.extract(file, deadline))
                    .as("look %d of %d", passesAt, never.count())
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        }
    }

    /// A bound by the size of the file where that says something, else by the longest audio that is taken.
    @Test
    void boundsTheMemoryThatAnAudioTakes() {
        assertThat(extractor.workingBytes(WavFile.pcm16(16_000, new float[16_000])))
                .isLessThan(MEBIBYTE);
        assertThat(extractor.workingBytes(GoldenAudio.encoded("16k-mono-16bit.flac")))
                .isGreaterThan(200L * MEBIBYTE)
                .isLessThan(300L * MEBIBYTE);
        assertThat(extractor.workingBytes("no audio".getBytes(StandardCharsets.UTF_8)))
                .isZero();
    }
}
