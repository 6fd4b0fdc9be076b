package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Thousands of reproducible damages to every format: the only exception that comes out is the one for the client.
class DamagedAudioTest {
    private static final int MUTATION_COUNT = 400;
    private static final int LENGTH = 8_000;
    private static final Set<ErrorCode> EXPECTED = Set.of(ErrorCode.INVALID_AUDIO, ErrorCode.AUDIO_TOO_LONG);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mpeg1-44k-joint-stereo.mp3",
                "mpeg1-44k-vbr-tagged.mp3",
                "mpeg2-16k-mono.mp3",
                "mpeg25-8k-mono.mp3",
                "16k-mono-16bit.flac",
                "48k-stereo-24bit.flac",
                "8k-a-law.wav",
                "8k-mu-law.wav",
                "vorbis-16k-mono.ogg"
            })
    void endsInAWaveformOrAnAnswerToTheClient(String name) {
        byte[] whole = Arrays.copyOf(GoldenAudio.encoded(name), LENGTH);
        Random random = new Random(name.hashCode());
        int refusedCount = 0;
        for (int i = 0; i < MUTATION_COUNT; i++) {
            byte[] damaged = damage(whole, random);
            try {
                Waveform decoded = AudioDecoder.decode(damaged, AudioLimits.DEFAULT, Deadline.NONE);
                assertThat(decoded.sampleCount()).isPositive();
            } catch (ServingException refused) {
                assertThat(refused.code()).isIn(EXPECTED);
                refusedCount++;
            }
        }
        assertThat(refusedCount).isBetween(1, MUTATION_COUNT - 1);
    }

    /// Changes one to thirty bytes, most of them among the headers, and sometimes cuts the end off or a piece out.
    private static byte[] damage(byte[] whole, Random random) {
        byte[] damaged = whole.clone();
        int changes = 1 + random.nextInt(30);
        for (int i = 0; i < changes; i++) {
            int range = random.nextBoolean() ? Math.min(damaged.length, 200) : damaged.length;
            damaged[random.nextInt(4, range)] = (byte) random.nextInt(256);
        }
        int start = random.nextInt(damaged.length);
        int end = start + random.nextInt(damaged.length - start);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(damaged, end);
            case 1 -> WavFile.join(Arrays.copyOf(damaged, start), Arrays.copyOfRange(damaged, end, damaged.length));
            default -> damaged;
        };
    }
}
