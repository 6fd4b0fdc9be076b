package ai.autoglm.toolkit.vorbis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// One page of an Ogg file: a table of segment lengths, then the segments. Source: RFC 3533 6.
///
/// @param granulePosition the samples up to the end of the last packet that ends here
/// @param segmentTable its position in the file
/// @param end position after the page, which may lie behind the end of a cut file
record OggPage(
        boolean continued,
        boolean first,
        boolean last,
        long granulePosition,
        int serialNumber,
        int segmentTable,
        int segmentCount,
        int end) {
    private static final int MAGIC = 0x5367674F;
    private static final int HEADER_BYTES = 27;
    private static final int CHECKSUM_OFFSET = 22;
    private static final int CRC_POLYNOMIAL = 0x04C11DB7;
    private static final int[] CRC_TABLE = crcTable();

    static boolean startsAt(byte[] file, int position) {
        return position + Integer.BYTES <= file.length && littleEndian(file).getInt(position) == MAGIC;
    }

    /// The page at a position, unless the file ends before the page's segments begin. The checksum of a page that
    /// the file's end cuts is unknown, so only whole pages are checked.
    static Optional<OggPage> read(byte[] file, int position) {
        if (file.length - position < HEADER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer header = littleEndian(file).position(position);
        Damage.requireIntact(header.getInt() == MAGIC && header.get() == 0);
        int flags = header.get();
        long granulePosition = header.getLong();
        int serialNumber = header.getInt();
        int segmentCount = Byte.toUnsignedInt(file[position + HEADER_BYTES - 1]);
        int segmentTable = position + HEADER_BYTES;
        int end = segmentTable + segmentCount;
        if (end > file.length) {
            return Optional.empty();
        }
        for (int i = 0; i < segmentCount; i++) {
            end += Byte.toUnsignedInt(file[segmentTable + i]);
        }
        int checksum = header.getInt(position + CHECKSUM_OFFSET);
        Damage.requireIntact(end > file.length || checksum == checksum(file, position, end));
        return Optional.of(new OggPage(
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                granulePosition,
                serialNumber,
                segmentTable,
                segmentCount,
                end));
    }

    /// The checksum of a page, whose own field counts as zeros.
    static int checksum(byte[] file, int start, int end) {
        int checksum = 0;
        for (int i = start; i < end; i++) {
            int offset = i - start - CHECKSUM_OFFSET;
            int value = offset >= 0 && offset < Integer.BYTES ? 0 : Byte.toUnsignedInt(file[i]);
            checksum = (checksum << Byte.SIZE) ^ CRC_TABLE[(checksum >>> 24) ^ value];
        }
        return checksum;
    }

    private static ByteBuffer littleEndian(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int remainder = i << 24;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                remainder = (remainder << 1) ^ (remainder < 0 ? CRC_POLYNOMIAL : 0);
            }
            table[i] = remainder;
        }
        return table;
    }
}
