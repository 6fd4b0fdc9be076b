package ai.autoglm.toolkit.image;

import static ai.autoglm.toolkit.image.TestImages.ascii;
import static ai.autoglm.toolkit.image.TestImages.joined;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes PNG files of any kind, sound or not.
final class TestPng {
    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGB_ALPHA = 6;

    private static final byte[] SIGNATURE = ascii("\u0089PNG\r\n\u001a\n");

    private TestPng() {}

    /// @param rows for each row its packed samples, without filter byte
    /// @param chunks further chunks, put before the pixels
    static byte[] file(int width, int height, int bitDepth, int colorType, byte[][] rows, byte[]... chunks) {
        byte[] pixels = new byte[0];
        for (byte[] row : rows) {
            pixels = joined(pixels, new byte[1], row);
        }
        return joined(
                SIGNATURE,
                header(width, height, bitDepth, colorType),
                joined(chunks),
                chunk("IDAT", deflated(pixels)),
                chunk("IEND", new byte[0]));
    }

    static byte[] header(int width, int height, int bitDepth, int colorType) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        return chunk("IHDR", header.put((byte) bitDepth).put((byte) colorType).array());
    }

    static byte[] chunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(joined(ascii(type), data));
        ByteBuffer chunk = ByteBuffer.allocate(data.length + 12).putInt(data.length);
        return chunk.put(ascii(type)).put(data).putInt((int) crc.getValue()).array();
    }

    /// The same file with every checksum made right, as far as its chunks can be walked.
    static byte[] withRightChecksums(byte[] file) {
        byte[] repaired = file.clone();
        ByteBuffer view = ByteBuffer.wrap(repaired);
        int offset = SIGNATURE.length;
        while (offset + 12L <= repaired.length) {
            int length = view.getInt(offset);
            if (length < 0 || length > repaired.length - offset - 12) {
                break;
            }
            CRC32 crc = new CRC32();
            crc.update(repaired, offset + 4, length + 4);
            view.putInt(offset + 8 + length, (int) crc.getValue());
            offset += length + 12;
        }
        return repaired;
    }

    private static byte[] deflated(byte[] data) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(data);
            deflater.finish();
            byte[] buffer = new byte[data.length + 100];
            return Arrays.copyOf(buffer, deflater.deflate(buffer));
        }
    }
}
