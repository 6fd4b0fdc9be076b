package ai.autoglm.toolkit.image;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The structure of a WebP file: RIFF chunks, of which one is a lossy or lossless bitstream; an extended file adds
/// alpha, animation and Exif. The pixel data are a file of their own with the first frame's bitstream and alpha only.
///
/// Source: RFC 9649, sections 2 and 3.
record WebpFile(int width, int height, Orientation orientation, Frame frame, List<ByteRange> pixelData)
        implements ImageFile {

    WebpFile {
        pixelData = List.copyOf(pixelData);
    }

    static WebpFile parse(ByteRange file) {
        return new Walk().parse(file);
    }

    @Override
    public int bytesPerPixel() {
        return 4;
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.WEBP;
    }

    private record Size(int width, int height) {}

    private static final class Walk {
        private static final int RIFF_HEADER_BYTES = 12;
        private static final int CHUNK_HEADER_BYTES = 8;
        private static final int ANIMATION_FRAME_HEADER_BYTES = 16;
        private static final int ALPHA_FLAG = 0x10;

        private Orientation orientation = Orientation.NORMAL;
        private @Nullable Size canvas;
        private @Nullable Frame animationFrame;
        private @Nullable ByteRange alpha;
        private @Nullable ByteRange bitstream;

        WebpFile parse(ByteRange file) {
            long riffBytes = CHUNK_HEADER_BYTES + file.unsigned(4, 4, LITTLE_ENDIAN);
            readChunks(file, RIFF_HEADER_BYTES, Math.min(riffBytes, file.length()));
            if (bitstream == null) {
                throw ImageFile.damaged("it has no picture");
            }
            Size size = bitstreamSize(bitstream);
            Size whole = canvas == null ? size : canvas;
            Frame frame = animationFrame == null ? new Frame(0, 0, whole.width(), whole.height()) : animationFrame;
            boolean fits = frame.x() + frame.width() <= whole.width() && frame.y() + frame.height() <= whole.height();
            if (!fits || !size.equals(new Size(frame.width(), frame.height()))) {
                throw ImageFile.damaged("its headers disagree about the size of the picture");
            }
            return new WebpFile(whole.width(), whole.height(), orientation, frame, pixelData(bitstream, size));
        }

        private void readChunks(ByteRange parent, long start, long end) {
            long offset = start;
            while (offset + CHUNK_HEADER_BYTES <= end) {
                long length = parent.unsigned(offset + 4, 4, LITTLE_ENDIAN);
                ByteRange chunk = parent.slice(offset, CHUNK_HEADER_BYTES + length);
                switch (chunk.ascii(0, 4)) {
                    case "VP8X" -> canvas = new Size(oneBasedSize(chunk, 12), oneBasedSize(chunk, 15));
                    case "ANMF" -> readAnimationFrame(chunk);
                    case "ALPH" -> alpha = alpha == null && bitstream == null ? chunk : alpha;
                    case "VP8 ", "VP8L" -> bitstream = bitstream == null ? chunk : bitstream;
                    case "EXIF" -> orientation = Orientation.fromExif(chunk.slice(CHUNK_HEADER_BYTES, length));
                    default -> {}
                }
                offset += chunk.length() + (length & 1);
            }
        }

        private void readAnimationFrame(ByteRange chunk) {
            if (animationFrame == null && bitstream == null) {
                int x = 2 * (int) chunk.unsigned(8, 3, LITTLE_ENDIAN);
                int y = 2 * (int) chunk.unsigned(11, 3, LITTLE_ENDIAN);
                animationFrame = new Frame(x, y, oneBasedSize(chunk, 14), oneBasedSize(chunk, 17));
                readChunks(chunk, CHUNK_HEADER_BYTES + ANIMATION_FRAME_HEADER_BYTES, chunk.length());
            }
        }

        private List<ByteRange> pixelData(ByteRange picture, Size size) {
            List<ByteRange> chunks = new ArrayList<>();
            if (alpha != null) {
                chunks.add(extendedHeader(size));
                addPadded(chunks, alpha);
            }
            addPadded(chunks, picture);
            int bytes = chunks.stream().mapToInt(ByteRange::length).sum();
            chunks.addFirst(riffHeader(bytes));
            return chunks;
        }

        private static void addPadded(List<ByteRange> chunks, ByteRange chunk) {
            chunks.add(chunk);
            chunks.add(ByteRange.of(new byte[chunk.length() & 1]));
        }

        private static ByteRange riffHeader(int chunkBytes) {
            ByteBuffer header = ByteBuffer.allocate(RIFF_HEADER_BYTES).order(LITTLE_ENDIAN);
            header.put(ascii("RIFF")).putInt(chunkBytes + 4).put(ascii("WEBP"));
            return ByteRange.of(header.array());
        }

        private static ByteRange extendedHeader(Size size) {
            ByteBuffer chunk = ByteBuffer.allocate(18).order(LITTLE_ENDIAN);
            chunk.put(ascii("VP8X")).putInt(10).putInt(ALPHA_FLAG);
            // The height's three bytes overwrite the fourth byte of the width.
            chunk.putInt(12, size.width() - 1).putShort(15, (short) (size.height() - 1));
            return ByteRange.of(chunk.array());
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        private static int oneBasedSize(ByteRange chunk, int offset) {
            return 1 + (int) chunk.unsigned(offset, 3, LITTLE_ENDIAN);
        }

        private static Size bitstreamSize(ByteRange chunk) {
            if (chunk.hasAscii(0, "VP8L")) {
                long bits = chunk.unsigned(9, 4, LITTLE_ENDIAN);
                return new Size(1 + (int) (bits & 0x3fff), 1 + (int) ((bits >> 14) & 0x3fff));
            }
            int width = (int) chunk.unsigned(14, 2, LITTLE_ENDIAN) & 0x3fff;
            int height = (int) chunk.unsigned(16, 2, LITTLE_ENDIAN) & 0x3fff;
            if (width == 0 || height == 0) {
                throw ImageFile.damaged("its header gives no valid size");
            }
            return new Size(width, height);
        }
    }
}
