package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ServingException;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

class HuffmanCodeTest {
    /// Source: Vorbis I 3.2.1.
    @Test
    void assignsTheCodewordsOfTheSpecificationsExample() throws EOFException {
        HuffmanCode code = new HuffmanCode(new byte[] {2, 4, 4, 4, 4, 2, 3, 3});
        String[] codewords = {"00", "0100", "0101", "0110", "0111", "10", "110", "111"};

        for (int entry = 0; entry < codewords.length; entry++) {
            assertThat(code.read(packet(codewords[entry] + "00000000"))).isEqualTo(entry);
        }
    }

    @Test
    void readsCodewordsOfAllLengths() throws EOFException {
        byte[] lengths = new byte[33];
        for (int entry = 0; entry < lengths.length; entry++) {
            lengths[entry] = (byte) Math.min(entry + 1, 32);
        }
        HuffmanCode code = new HuffmanCode(lengths);

        for (int entry = 0; entry < lengths.length; entry++) {
            PacketBits bits = packet("1".repeat(entry) + (entry < 32 ? "0" : "") + "1011");
            assertThat(code.read(bits)).isEqualTo(entry);
            assertThat(bits.read(4)).isEqualTo(0b1101);
        }
    }

    @Test
    void readsEitherBitOfASingleCodeword() throws EOFException {
        HuffmanCode code = new HuffmanCode(new byte[] {0, 0, 1});

        assertThat(code.read(packet("0"))).isEqualTo(2);
        assertThat(code.read(packet("1"))).isEqualTo(2);
    }

    @Test
    void endsWithThePacket() {
        HuffmanCode code = new HuffmanCode(new byte[] {1, 12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2});
        HuffmanCode empty = new HuffmanCode(new byte[3]);

        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> code.read(packet("10000000")));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> code.read(packet("")));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> empty.read(packet("00000000")));
    }

    @Test
    void refusesTreesThatAreNotComplete() {
        assertRefused(1, 2);
        assertRefused(1, 1, 1);
        assertRefused(2);
        assertRefused(2, 4, 4, 4, 4, 2, 3);
        assertRefused(32, 32);
        assertRefused(1, 2, 2, 32);
    }

    private static void assertRefused(int... lengths) {
        byte[] bytes = new byte[lengths.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) lengths[i];
        }
        assertThatExceptionOfType(ServingException.class).isThrownBy(() -> new HuffmanCode(bytes));
    }

    private static PacketBits packet(String bits) {
        BitWriter packet = new BitWriter();
        bits.chars().forEach(bit -> packet.write(1, bit - '0'));
        return packet.packet();
    }
}
