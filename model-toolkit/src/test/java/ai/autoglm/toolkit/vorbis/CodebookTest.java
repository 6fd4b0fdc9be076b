package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ServingException;
import java.io.EOFException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodebookTest {
    private static final int MAX_SIZE = VorbisSetup.MAX_CODEBOOK_SIZE;
    // mantissa 1 in the low bits, exponent biased by 788
    private static final long ONE = 788L << 21 | 1;
    private static final long MINUS_TWO = 1L << 31 | 789L << 21 | 1;

    @Test
    void combinesFewValuesToVectors() throws EOFException {
        Codebook codebook = Codebook.read(fourEntries(1, false, 3, 7), MAX_SIZE);

        assertThat(vector(codebook, 0)).containsExactly(1, 1);
        assertThat(vector(codebook, 1)).containsExactly(5, 1);
        assertThat(vector(codebook, 2)).containsExactly(1, 5);
        assertThat(vector(codebook, 3)).containsExactly(5, 5);
    }

    @Test
    void readsVectorsThatAreWrittenOut() throws EOFException {
        Codebook codebook = Codebook.read(fourEntries(2, false, 0, 1, 2, 3, 4, 5, 6, 7), MAX_SIZE);

        assertThat(vector(codebook, 0)).containsExactly(-2, -1);
        assertThat(vector(codebook, 3)).containsExactly(4, 5);
    }

    @Test
    void addsUpTheValuesOfASequence() throws EOFException {
        Codebook codebook = Codebook.read(fourEntries(2, true, 0, 1, 2, 3, 4, 5, 6, 7), MAX_SIZE);

        assertThat(vector(codebook, 0)).containsExactly(-2, -3);
        assertThat(vector(codebook, 3)).containsExactly(4, 9);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "81, 4, 3", "80, 4, 2", "6561, 8, 3", "16777215, 2, 4095", "7, 64, 1", "100, 1, 100"})
    void countsTheValuesThatCanBeCombined(int entryCount, int dimensions, int expected) {
        assertThat(Codebook.combinedValueCount(entryCount, dimensions)).isEqualTo(expected);
    }

    @Test
    void refusesMoreThanWillBeHeld() {
        String message = "The codebooks of a Vorbis file may hold at most 524288 values; this file's hold more";

        assertRefused(new BitWriter().uniformCodebook(1, 20), message);
        assertRefused(new BitWriter().uniformCodebook(1, 23), message);
        assertRefused(new BitWriter().write(24, 0x564342).write(16, 1).write(24, 0xFFFFFF), message);
    }

    @Test
    void refusesVectorsOfTooManyDimensions() {
        assertRefused(
                new BitWriter().uniformCodebook(65_535, 3),
                "The codebooks of a Vorbis file may have at most 32 dimensions; one of this file has 65535");
    }

    @Test
    void refusesWhatMakesNoCodebook() {
        String message = "Audio could not be decoded: the Ogg file is damaged";

        assertRefused(new BitWriter().write(24, 0x564341).write(32, 0), message);
        assertRefused(new BitWriter().uniformCodebook(0, 3), message);
        assertRefused(new BitWriter().write(24, 0x564342).write(16, 1).write(24, 0), message);
        // no codeword of any length
        assertRefused(
                new BitWriter()
                        .write(24, 0x564342)
                        .write(16, 1)
                        .write(24, 2)
                        .write(6, 1)
                        .write(100, 0),
                message);
    }

    private static PacketBits fourEntries(int lookup, boolean sequence, int... values) {
        BitWriter bits = new BitWriter();
        bits.write(24, 0x564342).write(16, 2).write(24, 4).write(2, 0);
        for (int entry = 0; entry < 4; entry++) {
            bits.write(5, 1);
        }
        bits.write(4, lookup).write(32, MINUS_TWO).write(32, ONE).write(4, 2).write(1, sequence ? 1 : 0);
        for (int value : values) {
            bits.write(3, value);
        }
        return bits.packet();
    }

    private static float[] vector(Codebook codebook, int entry) throws EOFException {
        float[] vector = new float[2];
        PacketBits bits = new BitWriter().write(1, entry >> 1).write(1, entry).packet();
        codebook.addVector(bits, vector, 0, 1, 2);
        return vector;
    }

    private static void assertRefused(BitWriter bits, String message) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> Codebook.read(bits.write(64, 0).packet(), MAX_SIZE))
                .withMessage(message);
    }
}
