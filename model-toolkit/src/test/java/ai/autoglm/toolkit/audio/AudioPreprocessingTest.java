package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioPreprocessingTest {
    private static final AudioPreprocessing GLM_ASR = new AudioPreprocessing(16_000, 160, 400, 128, 30);

    @ParameterizedTest
    @CsvSource({"3000, 375", "701, 87", "100, 12", "7, 1", "6, 0", "1, 0", "0, 0"})
    void countsTheTokensOfOneWindow(int frames, int tokens) {
        assertThat(tokenCount(GLM_ASR, frames * 160L)).isEqualTo(tokens);
    }

    @Test
    void countsAFrameThatHasBegun() {
        assertThat(tokenCount(GLM_ASR, 6 * 160)).isZero();
        assertThat(tokenCount(GLM_ASR, 6 * 160 + 1)).isOne();
    }

    @Test
    void countsEachWindowOnItsOwn() {
        assertThat(GoldenAudio.PREPROCESSING.tokenCounts(2 * 96_000 + 6 * 160)).containsExactly(75, 75, 0);
        assertThat(GoldenAudio.PREPROCESSING.tokenCounts(96_000)).containsExactly(75);
    }

    @Test
    void sumsToTheFormulaOnAllFrames() {
        for (int frames = 7; frames < 5_000; frames += 13) {
            int encoderRows = (frames - 1) / 2 + 1;
            assertThat(tokenCount(GoldenAudio.PREPROCESSING, frames * 160L)).isEqualTo((encoderRows - 4) / 4 + 1);
        }
    }

    @Test
    void derivesTheSizesOfAWindow() {
        assertThat(GoldenAudio.PREPROCESSING.samplesPerWindow()).isEqualTo(96_000);
        assertThat(GoldenAudio.PREPROCESSING.framesPerWindow()).isEqualTo(600);
    }

    @ParameterizedTest
    @CsvSource({"0, 160, 400, 80, 6", "16000, 0, 400, 80, 6", "16000, 160, 401, 80, 6", "16000, 161, 400, 80, 6"})
    void refusesSizesThatDoNotFit(int rate, int hop, int fft, int mels, int seconds) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> new AudioPreprocessing(rate, hop, fft, mels, seconds))
                .withMessageContaining("audio_preprocessor_config.json")
                .matches(refused -> refused.code() == ErrorCode.INVALID_CHECKPOINT);
    }

    private static int tokenCount(AudioPreprocessing preprocessing, long sampleCount) {
        return preprocessing.tokenCounts(sampleCount).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
