package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Thousands of reproducible damages whose checksums are right again, so that they reach the headers and packets.
/// Nothing but the exception for the client comes out, and no file makes the decoder allocate much.
class DamagedVorbisTest {
    private static final int MUTATION_COUNT = 1_500;
    private static final int LENGTH = 6_000;
    private static final int HEADER_LENGTH = 4_300;
    private static final long MAX_ALLOCATED_BYTES = 64L << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {"vorbis-16k-mono.ogg", "vorbis-44k-stereo.ogg", "vorbis-48k-stereo.ogg", "vorbis-8k-mono.ogg"})
    void endsInSamplesOrAnAnswerToTheClient(String name) {
        byte[] whole = Arrays.copyOf(OggFile.encoded(name), LENGTH);
        Random random = new Random(name.hashCode());
        int refusedCount = 0;
        for (int i = 0; i < MUTATION_COUNT; i++) {
            byte[] damaged = damage(whole, random);
            long allocated = allocatedBytes();
            try {
                assertThat(countSamples(damaged)).isLessThan(LENGTH * 8_192);
            } catch (ServingException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_AUDIO);
                refusedCount++;
            }
            assertThat(allocatedBytes() - allocated).isLessThan(MAX_ALLOCATED_BYTES);
        }
        assertThat(refusedCount).isBetween(MUTATION_COUNT / 10, MUTATION_COUNT * 9 / 10);
    }

    /// Changes one to three bits or bytes, a third of them among the headers, and sometimes cuts the end off.
    private static byte[] damage(byte[] whole, Random random) {
        byte[] damaged = random.nextInt(8) == 0 ? Arrays.copyOf(whole, random.nextInt(LENGTH)) : whole.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && damaged.length > 0; i++) {
            int position =
                    random.nextInt(random.nextInt(3) == 0 ? Math.min(HEADER_LENGTH, damaged.length) : damaged.length);
            damaged[position] = random.nextBoolean()
                    ? (byte) (damaged[position] ^ 1 << random.nextInt(8))
                    : (byte) random.nextInt(256);
        }
        return OggFile.withChecksums(damaged);
    }

    private static int countSamples(byte[] file) {
        VorbisStream stream = VorbisStream.open(file);
        int count = 0;
        for (var block = stream.next(); block.isPresent(); block = stream.next()) {
            count += block.get().length;
        }
        return count;
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
