package ai.autoglm.toolkit.image;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.List;

/// The structure of a GIF file up to its first frame.
///
/// Source: GIF89a specification, sections 17 to 23.
record GifFile(int width, int height, Frame frame, List<ByteRange> pixelData) implements ImageFile {
    private static final int SCREEN_DESCRIPTOR_END = 13;
    private static final int FRAME_DESCRIPTOR_BYTES = 10;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int FRAME = 0x2c;
    private static final ByteRange TRAILER = ByteRange.of(new byte[] {0x3b});

    GifFile {
        pixelData = List.copyOf(pixelData);
    }

    static GifFile parse(ByteRange file) {
        long headerEnd = SCREEN_DESCRIPTOR_END + colorTableBytes(file.unsignedByte(10));
        ByteRange graphicControl = file.slice(headerEnd, 0);
        long offset = headerEnd;
        while (file.unsignedByte(offset) == EXTENSION) {
            long end = subBlocksEnd(file, offset + 2);
            if (file.unsignedByte(offset + 1) == GRAPHIC_CONTROL) {
                graphicControl = file.slice(offset, end - offset);
            }
            offset = end;
        }
        if (file.unsignedByte(offset) != FRAME) {
            throw ImageFile.damaged("it has no picture");
        }
        Frame frame = new Frame(
                size(file, offset + 1), size(file, offset + 3), size(file, offset + 5), size(file, offset + 7));
        if (frame.width() == 0 || frame.height() == 0) {
            throw ImageFile.damaged("its first frame is empty");
        }
        long codeSize = offset + FRAME_DESCRIPTOR_BYTES + colorTableBytes(file.unsignedByte(offset + 9));
        ByteRange picture = file.slice(offset, subBlocksEnd(file, codeSize + 1) - offset);
        return new GifFile(
                Math.max(size(file, 6), frame.x() + frame.width()),
                Math.max(size(file, 8), frame.y() + frame.height()),
                frame,
                List.of(file.slice(0, headerEnd), graphicControl, picture, TRAILER));
    }

    @Override
    public int bytesPerPixel() {
        return 1;
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.GIF;
    }

    @Override
    public Orientation orientation() {
        return Orientation.NORMAL;
    }

    private static int size(ByteRange file, long offset) {
        return (int) file.unsigned(offset, 2, LITTLE_ENDIAN);
    }

    private static long colorTableBytes(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1);
    }

    private static long subBlocksEnd(ByteRange file, long start) {
        long offset = start;
        while (file.unsignedByte(offset) != 0) {
            offset += 1 + file.unsignedByte(offset);
        }
        return offset + 1;
    }
}
