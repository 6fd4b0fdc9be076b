package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.Arrays;

/// A complete prefix code, given by the lengths of its codewords. Source: Vorbis I 3.2.1.
final class HuffmanCode {
    static final int MAX_LENGTH = 32;

    private static final int ENTRY_BITS = 24;
    private static final int ENTRY_MASK = (1 << ENTRY_BITS) - 1;
    private static final int MAX_TABLE_BITS = 10;
    private static final int LONGER = -1;

    // [entry], 0 where an entry has no codeword
    private final byte[] lengths;
    // ascending; above the entry the codeword, whose first bit is bit 31 of 32
    private final long[] codewords;
    private final int tableBits;
    // [next bits of the packet]: the entry, or LONGER where the table does not reach
    private final int[] table;

    /// Takes the lengths, which must describe a complete tree, a single codeword of one bit or no codeword at all.
    HuffmanCode(byte[] lengths) {
        this.lengths = lengths;
        this.codewords = assign(lengths);
        int longest = 0;
        for (byte length : lengths) {
            longest = Math.max(longest, length);
        }
        tableBits = Math.min(longest, MAX_TABLE_BITS);
        table = new int[1 << tableBits];
        fillTable();
    }

    /// The entry whose codeword comes next.
    int read(PacketBits bits) throws EOFException {
        int entry = table[bits.peek(tableBits)];
        if (entry == LONGER) {
            entry = search(Integer.toUnsignedLong(Integer.reverse(bits.peek(MAX_LENGTH))));
        }
        bits.skip(lengths[entry]);
        return entry;
    }

    /// The last codeword that is not above the next bits is their beginning, since the tree is complete.
    private int search(long next) throws EOFException {
        int found = Arrays.binarySearch(codewords, next << ENTRY_BITS | ENTRY_MASK);
        int index = found >= 0 ? found : -found - 2;
        if (index < 0) {
            throw new EOFException(); // nothing can be read with a code that has no codewords
        }
        return entry(codewords[index]);
    }

    /// Gives each entry the lowest codeword of its length that is left. Of each depth of the tree at most one node is
    /// free, and the deepest free one at or above a length holds the lowest codeword.
    private static long[] assign(byte[] lengths) {
        long[] free = new long[MAX_LENGTH + 1];
        Arrays.fill(free, LONGER);
        free[0] = 0;
        long[] codewords = new long[lengths.length];
        int count = 0;
        for (int entry = 0; entry < lengths.length; entry++) {
            int length = lengths[entry];
            if (length > 0) {
                int depth = length;
                while (depth >= 0 && free[depth] == LONGER) {
                    depth--;
                }
                Damage.requireIntact(depth >= 0);
                long codeword = free[depth];
                free[depth] = LONGER;
                for (int below = depth + 1; below <= length; below++) {
                    free[below] = codeword + (1L << (MAX_LENGTH - below));
                }
                codewords[count++] = codeword << ENTRY_BITS | entry;
            }
        }
        long[] assigned = Arrays.copyOf(codewords, count);
        Arrays.sort(assigned);
        boolean complete = Arrays.stream(free).allMatch(node -> node == LONGER);
        boolean single = count == 1 && lengths[entry(assigned[0])] == 1;
        Damage.requireIntact(complete || single || count == 0);
        return assigned;
    }

    private void fillTable() {
        Arrays.fill(table, LONGER);
        for (long codeword : codewords) {
            int entry = entry(codeword);
            int length = lengths[entry];
            if (length <= tableBits) {
                int first = Integer.reverse((int) (codeword >>> ENTRY_BITS));
                for (int i = first; i < table.length; i += 1 << length) {
                    table[i] = entry;
                }
            }
        }
    }

    private static int entry(long codeword) {
        return (int) codeword & ENTRY_MASK;
    }
}
