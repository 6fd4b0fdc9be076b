package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hostile, damaged and oversized files: each ends in an answer to the client, whatever it claims.
class RefusedAudioTest {
    private static final AudioLimits TWO_SECONDS = AudioLimits.DEFAULT.withMaxSeconds(2);

    @Test
    void refusesWhatIsNoAudioFile() {
        assertRefused(new byte[0], "Audio must be a WAV, MP3, FLAC or Ogg Vorbis file");
        assertRefused(
                "hello world".getBytes(StandardCharsets.UTF_8), "Audio must be a WAV, MP3, FLAC or Ogg Vorbis file");
        assertRefused(
                "OggS and so on".getBytes(StandardCharsets.UTF_8),
                "Audio could not be decoded: the Ogg file is damaged");
    }

    @Test
    void refusesFilesWithoutSamples() {
        assertRefused(WavFile.pcm16(16_000, new float[0]), "Audio must not be empty; this audio has no samples");
        assertRefused(WavFile.riff(), "Audio could not be decoded: the WAV file has no data");
        assertRefused(
                "ID3\4\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1),
                "Audio could not be decoded: the MP3 file has no whole frame");
        assertRefused(
                Arrays.copyOf(GoldenAudio.encoded("mpeg2-16k-mono.mp3"), 100),
                "Audio could not be decoded: the MP3 file has no whole frame");
    }

    @Test
    void refusesATagThatClaimsMoreThanTheFileHolds() {
        byte[] tag = "ID3\4\0\0\177\177\177\177".getBytes(StandardCharsets.ISO_8859_1);

        assertRefused(
                WavFile.join(tag, GoldenAudio.encoded("mpeg2-16k-mono.mp3")),
                "Audio could not be decoded: the MP3 file has no whole frame");
    }

    @Test
    void refusesRandomBytesBehindASyncWord() {
        byte[] garbage = new byte[50_000];
        new Random(7).nextBytes(garbage);
        garbage[0] = (byte) 0xFF;
        garbage[1] = (byte) 0xFB;
        garbage[2] = (byte) 0x90;

        assertRefused(garbage, "Audio could not be decoded: the MP3 file has no whole frame");
    }

    @Test
    void refusesRatesAndChannelsOutOfBounds() {
        assertRefused(
                WavFile.pcm16(7_999, new float[9_000]),
                "Audio must have a sampling rate between 8000 and 96000 Hz; this audio has 7999 Hz");
        assertRefused(
                WavFile.pcm16(96_001, new float[9_000]),
                "Audio must have a sampling rate between 8000 and 96000 Hz; this audio has 96001 Hz");
        assertRefused(
                WavFile.of(1, 16, 9, 16_000, new byte[9_000]),
                "Audio must have between 1 and 8 channels; this audio has 9");
        assertRefused(
                WavFile.of(1, 16, 0, 16_000, new byte[9_000]),
                "Audio must have between 1 and 8 channels; this audio has 0");
    }

    @Test
    void refusesEncodingsItDoesNotKnow() {
        assertRefused(
                WavFile.of(0x55, 16, 1, 16_000, new byte[9_000]),
                "A WAV file must hold PCM of 8, 16, 24 or 32 bits, floats of 32 or 64 bits, A-law or mu-law; this one "
                        + "has format 85 with 16 bits");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesSamplesThatAreNotFinite(float sample) {
        float[] samples = new float[2_000];
        samples[1_234] = sample;

        assertRefused(
                WavFile.of(3, 32, 1, 16_000, WavFile.encodeFloat32(samples)),
                "Audio must not contain samples that are not finite numbers");
    }

    @Test
    void refusesAFlacFileWithAWrongChecksum() {
        byte[] file = GoldenAudio.encoded("16k-mono-16bit.flac");
        file[firstFlacFrame(file) + 300] ^= 0x10;

        assertRefused(file, "Audio could not be decoded: the FLAC file is damaged");
    }

    @Test
    void namesTheLengthOfAudioThatIsTooLong() {
        assertTooLong(
                WavFile.pcm16(16_000, new float[40_000]), "Audio may be at most 2 s long; this audio is 2.5 s long");
        assertTooLong(longMp3(10), "Audio may be at most 2 s long; this audio is 13.6 s long");
        assertTooLong(
                flacWithClaimedSampleCount(36_000_000), "Audio may be at most 2 s long; this audio is 2250.0 s long");
    }

    @Test
    void stopsAtTheLimitInAVorbisFile() {
        byte[] file = GoldenAudio.encoded("vorbis-16k-mono.ogg");

        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> AudioDecoder.decode(file, AudioLimits.DEFAULT.withMaxSeconds(1), Deadline.NONE))
                .withMessage("Audio may be at most 1 s long; this audio is longer")
                .matches(refused -> refused.code() == ErrorCode.AUDIO_TOO_LONG);
    }

    @Test
    void acceptsAudioOfExactlyTheLimit() {
        assertThat(AudioDecoder.decode(WavFile.pcm16(8_000, new float[16_000]), TWO_SECONDS, Deadline.NONE)
                        .sampleCount())
                .isEqualTo(16_000);
    }

    @Test
    void stopsAtTheLimitWhenTheLengthIsNotClaimed() {
        byte[] once = flacWithClaimedSampleCount(0);
        int frames = once.length - firstFlacFrame(once);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(once);
        for (int i = 0; i < 300; i++) {
            file.write(once, once.length - frames, frames);
        }

        assertTooLong(file.toByteArray(), "Audio may be at most 2 s long; this audio is longer");
    }

    private static byte[] longMp3(int times) {
        byte[] once = GoldenAudio.encoded("mpeg2-16k-mono.mp3");
        int frame = MpegHeader.at(once, 0).orElseThrow().frameBytes();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(once, 0, frame);
        for (int i = 0; i < times; i++) {
            file.write(once, frame, once.length - frame);
        }
        return file.toByteArray();
    }

    private static byte[] flacWithClaimedSampleCount(int sampleCount) {
        byte[] file = GoldenAudio.encoded("16k-mono-16bit.flac");
        ByteBuffer.wrap(file).putInt(22, sampleCount);
        return file;
    }

    private static int firstFlacFrame(byte[] file) {
        int position = 4;
        boolean last = false;
        while (!last) {
            int block = ByteBuffer.wrap(file).getInt(position);
            last = block < 0;
            position += 4 + (block & 0xFFFFFF);
        }
        return position;
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> AudioDecoder.decode(file, AudioLimits.DEFAULT, Deadline.NONE))
                .withMessage(message)
                .matches(refused -> refused.code() == ErrorCode.INVALID_AUDIO);
    }

    private static void assertTooLong(byte[] file, String message) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> AudioDecoder.decode(file, TWO_SECONDS, Deadline.NONE))
                .withMessage(message)
                .matches(refused -> refused.code() == ErrorCode.AUDIO_TOO_LONG);
    }
}
