package ai.autoglm.toolkit.image;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The structure of a PNG file: a signature and chunks of length, type, data and checksum. Of an animation it is the
/// default image.
///
/// Source: PNG (Third Edition), sections 5 and 11.
record PngFile(int width, int height, Orientation orientation, int bytesPerPixel, List<ByteRange> pixelData)
        implements ImageFile {
    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_OVERHEAD_BYTES = 12;
    private static final Set<String> PIXEL_CHUNKS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

    PngFile {
        pixelData = List.copyOf(pixelData);
    }

    static PngFile parse(ByteRange file) {
        if (!file.hasAscii(SIGNATURE_BYTES + 4, "IHDR")) {
            throw ImageFile.damaged("it does not begin with a header");
        }
        List<ByteRange> pixelData = new ArrayList<>();
        pixelData.add(file.slice(0, SIGNATURE_BYTES));
        Orientation orientation = Orientation.NORMAL;
        long offset = SIGNATURE_BYTES;
        String type;
        do {
            long length = file.unsigned(offset, 4, BIG_ENDIAN);
            type = file.ascii(offset + 4, 4);
            ByteRange chunk = file.slice(offset, length + CHUNK_OVERHEAD_BYTES);
            if (PIXEL_CHUNKS.contains(type)) {
                verifyChecksum(chunk);
                pixelData.add(chunk);
            } else if (type.equals("eXIf")) {
                orientation = Orientation.fromExif(chunk.slice(8, length));
            }
            offset += chunk.length();
        } while (!type.equals("IEND"));
        int width = dimension(file, SIGNATURE_BYTES + 8);
        int height = dimension(file, SIGNATURE_BYTES + 12);
        return new PngFile(width, height, orientation, bytesPerPixel(file), pixelData);
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.PNG;
    }

    @Override
    public Frame frame() {
        return new Frame(0, 0, width, height);
    }

    private static int bytesPerPixel(ByteRange file) {
        int sampleBytes = file.unsignedByte(SIGNATURE_BYTES + 16) > 8 ? 2 : 1;
        int sampleCount = switch (file.unsignedByte(SIGNATURE_BYTES + 17)) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
        return sampleBytes * sampleCount;
    }

    private static void verifyChecksum(ByteRange chunk) {
        long expected = chunk.unsigned(chunk.length() - 4L, 4, BIG_ENDIAN);
        if (chunk.slice(4, chunk.length() - 8L).crc32() != expected) {
            throw ImageFile.damaged("a checksum does not match");
        }
    }

    private static int dimension(ByteRange file, int offset) {
        long value = file.unsigned(offset, 4, BIG_ENDIAN);
        if (value == 0 || value > Integer.MAX_VALUE) {
            throw ImageFile.damaged("its header gives no valid size");
        }
        return (int) value;
    }
}
