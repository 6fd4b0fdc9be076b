package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureExtractorTest {
    private final FeatureExtractor extractor = new FeatureExtractor(GoldenAudio.PREPROCESSING, AudioLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(strings = {"speech0.wav", "speech1.wav", "speech2.wav", "command.wav", "long.wav"})
    void computesTheGoldenLogMelAndTokenCounts(String name) {
        AudioWindows windows = extractor.extract(GoldenAudio.file(name), Deadline.NONE);

        FloatBuffer expected = GoldenAudio.logMel(name);
        assertThat(windows.logMel().remaining()).isEqualTo(expected.remaining());
        assertThat(maxDifference(windows.logMel(), expected)).isLessThan(1e-4f);
        assertThat(windows.tokenCount()).isEqualTo(GoldenAudio.tokenCounts().get(name));
    }

    @Test
    void cutsLongAudioIntoWindowsWithTheirOwnTokens() {
        AudioWindows windows = extractor.extract(GoldenAudio.file("long.wav"), Deadline.NONE);

        assertThat(windows.tokenCounts()).containsExactly(75, 49);
        assertThat(windows.windowCount()).isEqualTo(2);
    }

    @Test
    void computesEachWindowOnItsOwn() {
        float[] samples = GoldenAudio.waveform("long.wav").samples();
        LogMel logMel = new LogMel(GoldenAudio.PREPROCESSING);
        float[] both = logMel.windows(new Waveform(samples, 16_000), Deadline.NONE);
        float[] tail = new float[samples.length - 96_000];
        System.arraycopy(samples, 96_000, tail, 0, tail.length);

        assertThat(logMel.windows(new Waveform(tail, 16_000), Deadline.NONE))
                .containsExactly(Arrays.copyOfRange(both, 80 * 600, 2 * 80 * 600));
    }

    @Test
    void refusesAudioShorterThanOneToken() {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> extractor.extract(WavFile.pcm16(16_000, new float[640]), Deadline.NONE))
                .withMessage("Audio must be at least 61 ms long; this audio is 40 ms long")
                .matches(refused -> refused.code() == ErrorCode.INVALID_AUDIO);
    }

    @Test
    void acceptsAudioOfExactlyOneToken() {
        assertThat(extractor
                        .extract(WavFile.pcm16(16_000, new float[961]), Deadline.NONE)
                        .tokenCounts())
                .containsExactly(1);
    }

    @Test
    void handsOutFeaturesThatCannotBeChanged() {
        FloatBuffer logMel = extractor
                .extract(WavFile.pcm16(16_000, new float[16_000]), Deadline.NONE)
                .logMel();

        assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> logMel.put(0, 1));
    }

    private static float maxDifference(FloatBuffer actual, FloatBuffer expected) {
        float max = 0;
        for (int i = 0; i < expected.remaining(); i++) {
            max = Math.max(max, Math.abs(actual.get(i) - expected.get(i)));
        }
        return max;
    }
}
