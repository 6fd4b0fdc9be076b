package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.Arrays;

/// A prefix code whose entries stand for numbers, or for vectors where it has them. Source: Vorbis I 3.
final class Codebook {
    private static final int SYNC = 0x564342;
    // No encoder exceeds 8. A packet's work is proportional to it in the worst case.
    private static final int MAX_DIMENSIONS = 32;
    private static final int EXPONENT_BIAS = 788;

    private final int dimensions;
    private final int entryCount;
    private final HuffmanCode code;
    // [entry, dimension], empty without vectors
    private final float[] vectors;

    private Codebook(int dimensions, int entryCount, HuffmanCode code, float[] vectors) {
        this.dimensions = dimensions;
        this.entryCount = entryCount;
        this.code = code;
        this.vectors = vectors;
    }

    /// Reads the next codebook of a setup header.
    ///
    /// @param maxSize what [#size] may be
    static Codebook read(PacketBits bits, int maxSize) throws EOFException {
        Damage.requireIntact(bits.read(24) == SYNC);
        int dimensions = bits.read(16);
        int entryCount = bits.read(24);
        Damage.requireIntact(dimensions > 0 && entryCount > 0);
        if (dimensions > MAX_DIMENSIONS) {
            throw Damage.refused("The codebooks of a Vorbis file may have at most " + MAX_DIMENSIONS
                    + " dimensions; one of this file has " + dimensions);
        }
        requireSize(entryCount, maxSize);
        HuffmanCode code =
                new HuffmanCode(bits.readFlag() ? readOrderedLengths(bits, entryCount) : readLengths(bits, entryCount));
        int lookup = bits.read(4);
        Damage.requireIntact(lookup <= 2);
        if (lookup == 0) {
            return new Codebook(dimensions, entryCount, code, new float[0]);
        }
        requireSize(entryCount * (1L + dimensions), maxSize);
        return new Codebook(dimensions, entryCount, code, readVectors(bits, entryCount, dimensions, lookup == 1));
    }

    private static void requireSize(long size, int maxSize) {
        if (size > maxSize) {
            throw Damage.refused("The codebooks of a Vorbis file may hold at most " + VorbisSetup.MAX_CODEBOOK_SIZE
                    + " values; this file's hold more");
        }
    }

    private static byte[] readLengths(PacketBits bits, int entryCount) throws EOFException {
        boolean sparse = bits.readFlag();
        byte[] lengths = new byte[entryCount];
        for (int entry = 0; entry < entryCount; entry++) {
            if (!sparse || bits.readFlag()) {
                lengths[entry] = (byte) (bits.read(5) + 1);
            }
        }
        return lengths;
    }

    private static byte[] readOrderedLengths(PacketBits bits, int entryCount) throws EOFException {
        byte[] lengths = new byte[entryCount];
        int entry = 0;
        for (int length = bits.read(5) + 1; entry < entryCount; length++) {
            Damage.requireIntact(length <= HuffmanCode.MAX_LENGTH);
            int count = bits.read(PacketBits.width(entryCount - entry));
            Damage.requireIntact(count <= entryCount - entry);
            Arrays.fill(lengths, entry, entry + count, (byte) length);
            entry += count;
        }
        return lengths;
    }

    /// Vectors are written out one after the other, or are all combinations of a few values.
    private static float[] readVectors(PacketBits bits, int entryCount, int dimensions, boolean combined)
            throws EOFException {
        float minimum = unpackFloat(bits.read(Integer.SIZE));
        float delta = unpackFloat(bits.read(Integer.SIZE));
        int valueBits = bits.read(4) + 1;
        boolean sequence = bits.readFlag();
        int valueCount = combined ? combinedValueCount(entryCount, dimensions) : entryCount * dimensions;
        int[] values = new int[valueCount];
        for (int i = 0; i < valueCount; i++) {
            values[i] = bits.read(valueBits);
        }
        float[] vectors = new float[entryCount * dimensions];
        for (int entry = 0; entry < entryCount; entry++) {
            float last = 0;
            int rest = entry;
            for (int i = entry * dimensions; i < (entry + 1) * dimensions; i++) {
                vectors[i] = values[combined ? rest % valueCount : i] * delta + minimum + last;
                last = sequence ? vectors[i] : 0;
                rest /= valueCount;
            }
        }
        return vectors;
    }

    /// The largest number whose power to the dimensions is at most the count of entries.
    static int combinedValueCount(int entryCount, int dimensions) {
        int root = 1;
        while (powerIsAtMost(root + 1, dimensions, entryCount)) {
            root++;
        }
        return root;
    }

    static boolean powerIsAtMost(int base, int exponent, int limit) {
        long power = 1;
        for (int i = 0; i < exponent && power <= limit; i++) {
            power *= base;
        }
        return power <= limit;
    }

    private static float unpackFloat(int packed) {
        int mantissa = packed & 0x1FFFFF;
        int exponent = (packed >>> 21) & 0x3FF;
        return (float) Math.scalb((double) (packed < 0 ? -mantissa : mantissa), exponent - EXPONENT_BIAS);
    }

    int dimensions() {
        return dimensions;
    }

    int entryCount() {
        return entryCount;
    }

    boolean hasVectors() {
        return vectors.length > 0;
    }

    /// How many entries and values it holds.
    int size() {
        return entryCount + vectors.length;
    }

    /// The number that comes next.
    int read(PacketBits bits) throws EOFException {
        return code.read(bits);
    }

    /// Adds the beginning of the vector that comes next to values that lie some steps apart.
    void addVector(PacketBits bits, float[] to, int start, int step, int count) throws EOFException {
        int from = code.read(bits) * dimensions;
        for (int i = 0; i < count; i++) {
            to[start + i * step] += vectors[from + i];
        }
    }
}
