package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;

/// Reads the bit fields of a packet, least significant bit first. Source: Vorbis I 2.
final class PacketBits {
    private final byte[] packet;
    private int position;
    // the lowest bits are the next ones, and all above bufferedBits are zeros
    private long buffer;
    private int bufferedBits;

    PacketBits(byte[] packet) {
        this.packet = packet;
    }

    /// A field of up to 32 bits, unsigned up to 31.
    int read(int bits) throws EOFException {
        int field = peek(bits);
        skip(bits);
        return field;
    }

    boolean readFlag() throws EOFException {
        return read(1) == 1;
    }

    /// The next bits, up to 32; zeros behind the packet's end.
    int peek(int bits) {
        while (bufferedBits < bits && position < packet.length) {
            buffer |= Byte.toUnsignedLong(packet[position++]) << bufferedBits;
            bufferedBits += Byte.SIZE;
        }
        return (int) (buffer & ((1L << bits) - 1));
    }

    /// Moves on by at most as many bits as were peeked at.
    void skip(int bits) throws EOFException {
        if (bits > bufferedBits) {
            throw new EOFException();
        }
        buffer >>>= bits;
        bufferedBits -= bits;
    }

    long remainingBits() {
        return bufferedBits + (long) Byte.SIZE * (packet.length - position);
    }

    /// The bits that the numbers from 0 to a largest one take.
    static int width(int largest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
    }
}
