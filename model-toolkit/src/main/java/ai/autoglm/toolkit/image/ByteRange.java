package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/// A view of a part of a file. Offsets and lengths are `long`, so that sizes claimed by the file can be added without
/// overflow; whatever lies beyond the end is an error of the file.
final class ByteRange {
    private final byte[] bytes;
    private final int start;
    private final int length;

    private ByteRange(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
    }

    static ByteRange of(byte[] bytes) {
        return new ByteRange(bytes, 0, bytes.length);
    }

    int length() {
        return length;
    }

    int unsignedByte(long offset) {
        return bytes[index(offset, 1)] & 0xff;
    }

    long unsigned(long offset, int byteCount, ByteOrder order) {
        int first = index(offset, byteCount);
        long value = 0;
        for (int i = 0; i < byteCount; i++) {
            int position = order == ByteOrder.BIG_ENDIAN ? i : byteCount - 1 - i;
            value = (value << 8) | (bytes[first + position] & 0xff);
        }
        return value;
    }

    String ascii(long offset, int byteCount) {
        return new String(bytes, index(offset, byteCount), byteCount, StandardCharsets.ISO_8859_1);
    }

    boolean hasAscii(long offset, String text) {
        return offset + text.length() <= length && ascii(offset, text.length()).equals(text);
    }

    ByteRange slice(long offset, long byteCount) {
        return new ByteRange(bytes, index(offset, byteCount), (int) byteCount);
    }

    long crc32() {
        CRC32 crc = new CRC32();
        crc.update(bytes, start, length);
        return crc.getValue();
    }

    static byte[] concatenate(List<ByteRange> ranges) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(
                ranges.stream().mapToInt(ByteRange::length).sum());
        for (ByteRange range : ranges) {
            joined.write(range.bytes, range.start, range.length);
        }
        return joined.toByteArray();
    }

    private int index(long offset, long byteCount) {
        if (offset < 0 || byteCount < 0 || offset + byteCount > length) {
            throw new ServingException(
                    ErrorCode.IMAGE_PARSE_ERROR, "The image file is damaged or cut short: it ends too early.");
        }
        return start + (int) offset;
    }
}
