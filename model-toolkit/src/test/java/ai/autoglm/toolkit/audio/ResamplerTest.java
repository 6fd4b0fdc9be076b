package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.deadline.Deadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
    private static final int TARGET = 16_000;

    @ParameterizedTest
    @CsvSource({
        "8000, 100", "8000, 3500", "11025, 1000", "22050, 7000", "24000, 440", "32000, 7000", "44100, 1000",
        "44100, 7100", "48000, 50", "48000, 7100", "96000, 3000", "44101, 997", "8001, 3400", "95999, 6000"
    })
    void keepsFrequencyAndAmplitudeOfASineBelowBothNyquistFrequencies(int rate, double frequency) {
        float[] output = resampled(rate, sine(rate, frequency));

        float[] expected = sine(TARGET, frequency);
        for (int i = 800; i < output.length - 800; i++) { // the edges see the silence around the sound
            assertThat(output[i]).isCloseTo(expected[i], within(0.0004f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "22050, 8050",
        "24000, 8500",
        "44100, 8001",
        "44100, 15000",
        "48000, 9000",
        "48000, 23000",
        "96000, 40000"
    })
    void suppressesASineAboveTheNewNyquistFrequency(int rate, double frequency) {
        float[] output = resampled(rate, sine(rate, frequency));

        for (int i = 800; i < output.length - 800; i++) {
            assertThat(Math.abs(output[i])).isLessThan(0.0005f); // 66 dB below the input
        }
    }

    @Test
    void suppressesTheImagesOfAnUpsampledSine() {
        float[] output = resampled(8_000, sine(8_000, 3_000));

        assertThat(amplitude(output, 5_000)).isLessThan(0.0005);
        assertThat(amplitude(output, 3_000)).isCloseTo(0.5, within(0.0005));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 12_345, 16_000, 44_100, 48_000, 95_999, 96_000})
    void makesTheRoundedProportionOfSamples(int rate) {
        for (int count : new int[] {1, 2, 3, 99, 1_000, 4_801}) {
            int expected = (int) Math.round(count * (double) TARGET / rate);
            assertThat(resampled(rate, new float[count])).hasSize(expected);
        }
    }

    @Test
    void returnsTheSameWaveformWhenTheRateIsRight() {
        Waveform waveform = new Waveform(sine(TARGET, 440), TARGET);

        assertThat(Resampler.resample(waveform, TARGET, Deadline.NONE)).isSameAs(waveform);
    }

    private static float[] resampled(int rate, float[] samples) {
        return Resampler.resample(new Waveform(samples, rate), TARGET, Deadline.NONE)
                .samples();
    }

    private static float[] sine(int rate, double frequency) {
        float[] samples = new float[rate / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * frequency * i / rate));
        }
        return samples;
    }

    private static double amplitude(float[] samples, double frequency) {
        double real = 0;
        double imaginary = 0;
        int margin = 800;
        for (int i = margin; i < samples.length - margin; i++) {
            real += samples[i] * Math.cos(2 * Math.PI * frequency * i / TARGET);
            imaginary += samples[i] * Math.sin(2 * Math.PI * frequency * i / TARGET);
        }
        return 2 * Math.hypot(real, imaginary) / (samples.length - 2 * margin);
    }
}
