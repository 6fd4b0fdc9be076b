package ai.autoglm.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Other bytes for the same picture or sound, so that no cache knows them and the answer stays the same.
final class FreshMedia {
    private static final int PNG_END_BYTES = 12;

    private FreshMedia() {}

    /// Adds a comment before the end of a PNG file: a `tEXt` chunk of PNG (third edition), 11.3.3.
    static byte[] png(byte[] file, long number) {
        byte[] comment = ("tEXtComment\0" + number).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(comment);
        int end = file.length - PNG_END_BYTES;
        return ByteBuffer.allocate(file.length + comment.length + 8)
                .put(file, 0, end)
                .putInt(comment.length - 4)
                .put(comment)
                .putInt((int) crc.getValue())
                .put(file, end, PNG_END_BYTES)
                .array();
    }

    /// Adds a chunk that players skip to the end of a WAV file, whose RIFF header counts it.
    static byte[] wav(byte[] file, long number) {
        ByteBuffer longer = ByteBuffer.allocate(file.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        longer.put(file)
                .put("JUNK".getBytes(StandardCharsets.US_ASCII))
                .putInt(8)
                .putLong(number);
        return longer.putInt(4, file.length + 16 - 8).array();
    }
}
