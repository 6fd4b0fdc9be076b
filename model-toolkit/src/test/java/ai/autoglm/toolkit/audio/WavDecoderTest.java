package ai.autoglm.toolkit.audio;

import static ai.autoglm.toolkit.audio.WavFile.chunk;
import static ai.autoglm.toolkit.audio.WavFile.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.deadline.Deadline;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavDecoderTest {
    private static final int RATE = 16_000;
    private static final float[] SPEECH =
            Arrays.copyOf(GoldenAudio.waveform("speech1.wav").samples(), 8_001);

    @ParameterizedTest
    @CsvSource({"8, 0.005", "16, 0", "24, 0", "32, 0"})
    void decodesPcmOfEachWidth(int bits, float tolerance) {
        Waveform decoded = decode(WavFile.of(1, bits, 1, RATE, WavFile.encodePcm(SPEECH, bits)));

        assertThat(decoded.samplingRate()).isEqualTo(RATE);
        assertThat(decoded.samples()).containsExactly(SPEECH, within(tolerance));
    }

    @Test
    void decodesFloatsOfBothWidths() {
        assertThat(decode(WavFile.of(3, 32, 1, RATE, WavFile.encodeFloat32(SPEECH)))
                        .samples())
                .containsExactly(SPEECH);
        assertThat(decode(WavFile.of(3, 64, 1, RATE, WavFile.encodeFloat64(SPEECH)))
                        .samples())
                .containsExactly(SPEECH);
    }

    @Test
    void clipsFloatsBeyondFullScale() {
        float[] loud = {2, -3, 1e30f, 0.5f};

        assertThat(decode(WavFile.of(3, 32, 1, RATE, WavFile.encodeFloat32(loud)))
                        .samples())
                .containsExactly(1, -1, 1, 0.5f);
    }

    @Test
    void reachesBothEndsOfFullScaleWithCompandedSamples() {
        byte[] extremes = {(byte) 0x80, 0x00, (byte) 0xFF};

        assertThat(decode(WavFile.of(7, 8, 1, RATE, extremes)).samples())
                .containsExactly(32_124 / 32_768f, -32_124 / 32_768f, 0);
        assertThat(decode(WavFile.of(6, 8, 1, RATE, new byte[] {(byte) 0xAA, 0x2A}))
                        .samples())
                .containsExactly(32_256 / 32_768f, -32_256 / 32_768f);
    }

    @Test
    void readsTheSubFormatOfAnExtensibleFile() {
        byte[] samples = WavFile.encodeFloat32(SPEECH);

        byte[] file =
                join(WavFile.riff(), WavFile.extensibleFormat(3, 32, 1, RATE), chunk("data", samples.length, samples));

        assertThat(decode(file).samples()).containsExactly(SPEECH);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void mixesChannelsDownToTheirMean(int channelCount) {
        float[] interleaved = new float[1_000 * channelCount];
        float[] means = new float[1_000];
        for (int i = 0; i < interleaved.length; i++) {
            interleaved[i] = SPEECH[i] / (1 + i % channelCount);
            means[i / channelCount] += interleaved[i] / channelCount;
        }

        Waveform decoded = decode(WavFile.of(3, 32, channelCount, RATE, WavFile.encodeFloat32(interleaved)));

        assertThat(decoded.samples()).containsExactly(means, within(1e-6f));
    }

    @Test
    void skipsUnknownChunksAndTheirOddPadding() {
        byte[] samples = WavFile.encodePcm(SPEECH, 16);

        byte[] file = join(
                WavFile.riff(),
                chunk("LIST", 5, new byte[5]),
                WavFile.format(1, 16, 1, RATE),
                chunk("fact", 3, new byte[3]),
                chunk("data", samples.length, samples),
                chunk("id3 ", 4, new byte[4]));

        assertThat(decode(file).samples()).containsExactly(SPEECH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MAX_VALUE, 1_000_000})
    void readsToTheEndWhenTheClaimedSizeIsNotThere(int claimedBytes) {
        byte[] file = join(
                WavFile.riff(),
                WavFile.format(1, 16, 1, RATE),
                chunk("data", claimedBytes, WavFile.encodePcm(SPEECH, 16)));

        assertThat(decode(file).samples()).containsExactly(SPEECH);
    }

    @Test
    void dropsAnIncompleteLastMoment() {
        byte[] whole = WavFile.of(1, 16, 2, RATE, WavFile.encodePcm(Arrays.copyOf(SPEECH, 200), 16));

        assertThat(decode(Arrays.copyOf(whole, whole.length - 3)).sampleCount()).isEqualTo(99);
    }

    private static Waveform decode(byte[] file) {
        return AudioDecoder.decode(file, AudioLimits.DEFAULT, Deadline.NONE);
    }
}
