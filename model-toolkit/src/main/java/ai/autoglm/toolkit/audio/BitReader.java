package ai.autoglm.toolkit.audio;

import java.io.EOFException;

/// Reads big-endian bit fields.
final class BitReader {
    private final byte[] data;
    private int position;
    // the lowest bits are those read from data and not yet handed out
    private long buffer;
    private int bufferedBits;

    BitReader(byte[] data, int position) {
        this.data = data;
        this.position = position;
    }

    /// An unsigned field of up to 33 bits.
    long read(int bits) throws EOFException {
        while (bufferedBits < bits) {
            if (position == data.length) {
                throw new EOFException();
            }
            buffer = (buffer << Byte.SIZE) | Byte.toUnsignedInt(data[position++]);
            bufferedBits += Byte.SIZE;
        }
        bufferedBits -= bits;
        return (buffer >>> bufferedBits) & ((1L << bits) - 1);
    }

    /// A field in two's complement.
    long readSigned(int bits) throws EOFException {
        int unused = Long.SIZE - bits;
        return bits == 0 ? 0 : (read(bits) << unused) >> unused;
    }

    /// The number of zeros before the next one.
    int readUnary() throws EOFException {
        int zeros = 0;
        while (read(1) == 0) {
            zeros++;
        }
        return zeros;
    }

    void alignToByte() {
        bufferedBits -= bufferedBits % Byte.SIZE;
    }

    /// Index of the next unread byte; only where fields end on a byte.
    int bytePosition() {
        return position - bufferedBits / Byte.SIZE;
    }
}
