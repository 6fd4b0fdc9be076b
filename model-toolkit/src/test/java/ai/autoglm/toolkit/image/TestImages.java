package ai.autoglm.toolkit.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;

/// A small picture in all formats, and ways to write metadata into files.
final class TestImages {
    static final int WIDTH = 41;
    static final int HEIGHT = 30;

    private TestImages() {}

    /// Red grows to the right, green downwards, blue is 100: what the WebP files show as well.
    static BufferedImage picture() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, ((6 * x) << 16) | ((8 * y) << 8) | 100);
            }
        }
        return image;
    }

    static byte[] encoded(BufferedImage image, String formatName) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, formatName, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    static byte[] webp(String name) {
        try (InputStream resource = TestImages.class.getResourceAsStream("/image/" + name + ".webp")) {
            return Objects.requireNonNull(resource).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A TIFF block with one entry, the orientation.
    static byte[] exif(int orientation, ByteOrder order) {
        ByteBuffer block = ByteBuffer.allocate(26).order(order);
        block.put(ascii(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM")).putShort((short) 42);
        block.putInt(8).putShort((short) 1);
        block.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        return block.array();
    }

    static byte[] jpegWithSegment(byte[] jpeg, int marker, byte[] payload) {
        ByteBuffer segment = ByteBuffer.allocate(payload.length + 4);
        segment.putShort((short) (0xff00 | marker))
                .putShort((short) (payload.length + 2))
                .put(payload);
        return inserted(jpeg, 2, segment.array());
    }

    static byte[] jpegWithExif(byte[] jpeg, byte[] exif) {
        return jpegWithSegment(jpeg, 0xe1, joined(ascii("Exif\0\0"), exif));
    }

    static byte[] webpChunk(String type, byte[] payload) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + payload.length + (payload.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.put(ascii(type)).putInt(payload.length).put(payload).array();
    }

    /// A file of these chunks after an extended header.
    static byte[] extendedWebp(int flags, int width, int height, byte[]... chunks) {
        ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, flags).putInt(4, width - 1).putShort(7, (short) (height - 1));
        byte[] body = joined(ascii("WEBP"), webpChunk("VP8X", header.array()), joined(chunks));
        return webpChunk("RIFF", body);
    }

    /// An animation of one frame at (x, y), both even.
    static byte[] animatedWebp(int width, int height, int x, int y, byte[] frame) {
        ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, x / 2).putInt(3, y / 2).putInt(6, WIDTH - 1).putInt(9, HEIGHT - 1);
        byte[] control = webpChunk("ANIM", new byte[6]);
        return extendedWebp(2, width, height, control, webpChunk("ANMF", joined(header.array(), webpBody(frame))));
    }

    /// The chunks of a simple WebP file.
    static byte[] webpBody(byte[] file) {
        return Arrays.copyOfRange(file, 12, file.length);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    static byte[] inserted(byte[] file, int offset, byte[] addition) {
        return joined(Arrays.copyOf(file, offset), addition, Arrays.copyOfRange(file, offset, file.length));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
