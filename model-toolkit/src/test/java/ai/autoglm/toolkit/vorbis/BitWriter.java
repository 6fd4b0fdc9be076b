package ai.autoglm.toolkit.vorbis;

import java.util.BitSet;

/// Writes the bit fields of a packet, least significant bit first.
final class BitWriter {
    private final BitSet bits = new BitSet();
    private int count;

    BitWriter write(int bitCount, long field) {
        for (int i = 0; i < bitCount; i++) {
            bits.set(count++, (field >>> i & 1) == 1);
        }
        return this;
    }

    /// A codebook without vectors whose codewords are all as long.
    BitWriter uniformCodebook(int dimensions, int length) {
        int entryCount = 1 << length;
        write(24, 0x564342)
                .write(16, dimensions)
                .write(24, entryCount)
                .write(1, 1)
                .write(5, length - 1);
        return write(PacketBits.width(entryCount), entryCount).write(4, 0);
    }

    byte[] bytes() {
        byte[] bytes = new byte[(count + 7) / 8];
        byte[] used = bits.toByteArray();
        System.arraycopy(used, 0, bytes, 0, used.length);
        return bytes;
    }

    PacketBits packet() {
        return new PacketBits(bytes());
    }
}
