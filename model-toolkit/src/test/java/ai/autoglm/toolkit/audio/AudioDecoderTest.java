package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.deadline.Deadline;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The encoded files hold speech1.wav; the stereo ones its sound at 0.9 on the left and 0.5 on the right.
class AudioDecoderTest {
    private static final float[] SPEECH = GoldenAudio.waveform("speech1.wav").samples();

    @ParameterizedTest
    @CsvSource({
        "mpeg1-44k-joint-stereo.mp3, 44100, 0.7",
        "mpeg1-44k-vbr-tagged.mp3, 44100, 1",
        "mpeg2-16k-mono.mp3, 16000, 1",
        "mpeg25-8k-mono.mp3, 8000, 1",
        "16k-mono-16bit.flac, 16000, 1",
        "48k-stereo-24bit.flac, 48000, 0.7",
        "8k-a-law.wav, 8000, 1",
        "8k-mu-law.wav, 8000, 1",
        "vorbis-8k-mono.ogg, 8000, 1",
        "vorbis-16k-mono.ogg, 16000, 1",
        "vorbis-44k-stereo.ogg, 44100, 0.7",
        "vorbis-48k-stereo.ogg, 48000, 0.7"
    })
    void decodesTheSameSpeechFromEachFormat(String name, int samplingRate, float level) {
        Waveform decoded = decode(GoldenAudio.encoded(name));

        assertThat(decoded.samplingRate()).isEqualTo(samplingRate);
        assertThat((double) decoded.sampleCount() / samplingRate).isCloseTo(SPEECH.length / 16_000.0, within(0.002));
        float[] expected = Resampler.resample(new Waveform(SPEECH, 16_000), 8_000, Deadline.NONE)
                .samples();
        float[] actual = Resampler.resample(decoded, 8_000, Deadline.NONE).samples();
        assertThat(correlation(actual, expected)).isGreaterThan(0.99);
        assertThat(energy(actual)).isCloseTo(energy(expected) * level * level, within(0.1 * energy(expected)));
    }

    @Test
    void decodesLosslessFlacExactly() {
        assertThat(decode(GoldenAudio.encoded("16k-mono-16bit.flac")).samples()).containsExactly(SPEECH);
    }

    /// The reference was rounded to 16 bits.
    @ParameterizedTest
    @ValueSource(strings = {"vorbis-16k-mono", "vorbis-44k-stereo-short"})
    void decodesVorbisAsTheReferenceDecoderDoes(String name) {
        float[] decoded = decode(GoldenAudio.encoded(name + ".ogg")).samples();
        float[] reference = decode(GoldenAudio.encoded(name + ".oggdec.flac")).samples();

        assertThat(decoded).containsExactly(reference, within(0.6f / 32_768));
    }

    @Test
    void decodesTheWholePacketsOfACutVorbisFile() {
        byte[] whole = GoldenAudio.encoded("vorbis-16k-mono.ogg");
        float[] expected = decode(whole).samples();

        float[] decoded = decode(Arrays.copyOf(whole, whole.length * 3 / 4)).samples();

        assertThat(decoded).hasSizeBetween(expected.length / 3, expected.length - 1);
        assertThat(decoded).containsExactly(Arrays.copyOf(expected, decoded.length));
    }

    @Test
    void decodesAnMp3ThatIsCutInTheMiddleOfAFrame() {
        byte[] whole = GoldenAudio.encoded("mpeg2-16k-mono.mp3");
        int frameBytes = MpegHeader.at(whole, 0).orElseThrow().frameBytes();

        Waveform decoded = decode(Arrays.copyOf(whole, frameBytes * 20 + frameBytes / 2));

        assertThat(decoded.samples())
                .containsExactly(Arrays.copyOf(decode(whole).samples(), decoded.sampleCount()));
        assertThat(decoded.sampleCount()).isBetween(16 * 576, 19 * 576);
    }

    @Test
    void decodesTheWholeFramesOfACutFlac() {
        byte[] whole = GoldenAudio.encoded("16k-mono-16bit.flac");

        Waveform decoded = decode(Arrays.copyOf(whole, whole.length * 3 / 4));

        assertThat(decoded.sampleCount()).isGreaterThanOrEqualTo(8_192);
        assertThat(decoded.samples()).containsExactly(Arrays.copyOf(SPEECH, decoded.sampleCount()));
    }

    @Test
    void skipsJunkBetweenMp3Frames() {
        byte[] whole = GoldenAudio.encoded("mpeg2-16k-mono.mp3");
        int cut = 10 * MpegHeader.at(whole, 0).orElseThrow().frameBytes();

        byte[] damaged = WavFile.join(
                Arrays.copyOf(whole, cut), new byte[] {1, 2, 3, 4, 5}, Arrays.copyOfRange(whole, cut, whole.length));

        assertThat(decode(damaged).samples()).containsExactly(decode(whole).samples());
    }

    @Test
    void decodesInManyThreadsAtOnce() {
        byte[] file = GoldenAudio.encoded("mpeg1-44k-joint-stereo.mp3");
        float[] expected = decode(file).samples();

        boolean same = IntStream.range(0, 16)
                .parallel()
                .allMatch(i -> Arrays.equals(decode(file).samples(), expected));

        assertThat(same).isTrue();
    }

    private static Waveform decode(byte[] file) {
        return AudioDecoder.decode(file, AudioLimits.DEFAULT, Deadline.NONE);
    }

    private static double correlation(float[] actual, float[] expected) {
        double product = 0;
        for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
            product += actual[i] * expected[i];
        }
        return product / Math.sqrt(energy(actual) * energy(expected));
    }

    private static double energy(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += sample * sample;
        }
        return sum;
    }
}
