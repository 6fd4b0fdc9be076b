package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ServingException;
import java.io.EOFException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A residue of one class, whose partitions of eight values are two vectors of four: 1 2 3 4 and 5 6 7 8.
class ResidueTest {
    private static final BitWriter PACKET =
            new BitWriter().write(1, 0).write(1, 0).write(1, 1);

    @Test
    void interleavesTheVectorsOfTypeZero() throws EOFException {
        assertThat(decode(0, 1, 8)[0]).containsExactly(1, 5, 2, 6, 3, 7, 4, 8);
    }

    @Test
    void joinsTheVectorsOfTypeOne() throws EOFException {
        assertThat(decode(1, 1, 8)[0]).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void dealsTheValuesOfTypeTwoToTheChannels() throws EOFException {
        float[][] vectors = decode(2, 2, 4);

        assertThat(vectors[0]).containsExactly(1, 3, 5, 7);
        assertThat(vectors[1]).containsExactly(2, 4, 6, 8);
    }

    @Test
    void leavesPartitionsThatDoNotFitIntoTheBlock() throws EOFException {
        assertThat(decode(1, 1, 7)[0]).containsOnly(0);
    }

    @Test
    void keepsWhatAPacketHeldBeforeItsEnd() throws EOFException {
        float[][] vectors = new float[2][20];
        Residue residue = residue(2, 40);
        PacketBits bits = new BitWriter().write(8, 0b0010_0100).packet();

        // the class and two vectors of the first two partitions, the class and one vector of the third
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> residue.addValues(bits, vectors, new boolean[] {true, false}, List.of(0, 1)));
        assertThat(vectors[0]).startsWith(1, 3, 5, 7, 1, 3, 5, 7, 1, 3, 0).endsWith(0);
    }

    @Test
    void refusesMoreClassesThanCodewords() {
        BitWriter setup = new BitWriter()
                .write(16, 1)
                .write(48, 0)
                .write(24, 7)
                .write(6, 2)
                .write(8, 0);

        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> Residue.read(setup.write(64, 0).packet(), codebooks()));
    }

    @Test
    void refusesCodebooksWithoutVectors() {
        BitWriter setup = new BitWriter()
                .write(16, 1)
                .write(48, 0)
                .write(24, 7)
                .write(6, 0)
                .write(8, 0);

        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() ->
                        Residue.read(setup.write(3, 1).write(1, 0).write(8, 0).packet(), codebooks()));
    }

    private static float[][] decode(int type, int channelCount, int length) throws EOFException {
        float[][] vectors = new float[channelCount][length];
        List<Integer> channels = channelCount == 1 ? List.of(0) : List.of(0, 1);
        boolean[] coded = new boolean[channelCount];
        coded[0] = true;
        residue(type, 8).addValues(PACKET.packet(), vectors, coded, channels);
        return vectors;
    }

    private static Residue residue(int type, int end) throws EOFException {
        BitWriter setup =
                new BitWriter().write(16, type).write(24, 0).write(24, end).write(24, 7);
        setup.write(6, 0).write(8, 0).write(3, 1).write(1, 0).write(8, 1);
        return Residue.read(setup.packet(), codebooks());
    }

    /// One that chooses the only class, and the one with the vectors.
    private static List<Codebook> codebooks() throws EOFException {
        BitWriter bits = new BitWriter();
        bits.uniformCodebook(1, 1);
        bits.write(24, 0x564342)
                .write(16, 4)
                .write(24, 2)
                .write(2, 0)
                .write(5, 0)
                .write(5, 0);
        // minimum and step 1
        bits.write(4, 2)
                .write(32, 788L << 21 | 1)
                .write(32, 788L << 21 | 1)
                .write(4, 2)
                .write(1, 0);
        for (int value = 0; value < 8; value++) {
            bits.write(3, value);
        }
        PacketBits packet = bits.packet();
        Codebook classes = Codebook.read(packet, VorbisSetup.MAX_CODEBOOK_SIZE);
        return List.of(classes, Codebook.read(packet, VorbisSetup.MAX_CODEBOOK_SIZE));
    }
}
