package ai.autoglm.toolkit.image;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.ArrayList;
import java.util.List;

/// The structure of a JPEG file: segments that begin with a marker, and entropy-coded data after each start of scan.
///
/// @param componentCount 1 (grey), 3 (colour) or 4 (inks)
/// @param lumaCoded whether the Adobe segment says that the first three of four components are luma and chroma
///
/// Source: ITU-T T.81, annex B; Adobe Technical Note 5116, section 18.
record JpegFile(
        int width,
        int height,
        Orientation orientation,
        int componentCount,
        boolean lumaCoded,
        List<ByteRange> pixelData)
        implements ImageFile {

    // Ordinary files have some thirty. Each scan of a progressive file costs a pass over all pixels, so that without a
    // bound a small file could keep a processor busy for hours.
    private static final int MAX_SEGMENT_COUNT = 1000;
    private static final int MAX_SCAN_COUNT = 100;

    JpegFile {
        pixelData = List.copyOf(pixelData);
    }

    static JpegFile parse(ByteRange file) {
        return new Walk(file).parse();
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG;
    }

    @Override
    public int bytesPerPixel() {
        return componentCount;
    }

    @Override
    public Frame frame() {
        return new Frame(0, 0, width, height);
    }

    private static final class Walk {
        private static final int END_OF_IMAGE = 0xd9;
        private static final int START_OF_SCAN = 0xda;

        private final ByteRange file;
        private final List<ByteRange> pixelData = new ArrayList<>();
        private Orientation orientation = Orientation.NORMAL;
        private boolean lumaCoded;
        private int width;
        private int height;
        private int componentCount;
        private int segmentCount;
        private int scanCount;

        Walk(ByteRange file) {
            this.file = file;
        }

        JpegFile parse() {
            pixelData.add(file.slice(0, 2));
            long offset = nextMarker(2);
            while (file.unsignedByte(offset + 1) != END_OF_IMAGE) {
                int marker = file.unsignedByte(offset + 1);
                ByteRange segment = file.slice(offset, 2 + file.unsigned(offset + 2, 2, BIG_ENDIAN));
                long next = nextMarker(offset + segment.length());
                read(marker, segment, file.slice(offset, next - offset));
                offset = next;
            }
            pixelData.add(file.slice(offset, 2));
            if (componentCount == 0 || scanCount == 0) {
                throw ImageFile.damaged("it has no picture");
            }
            return new JpegFile(width, height, orientation, componentCount, lumaCoded, pixelData);
        }

        private void read(int marker, ByteRange segment, ByteRange segmentAndScan) {
            if (++segmentCount > MAX_SEGMENT_COUNT) {
                throw ImageFile.damaged("it has more than " + MAX_SEGMENT_COUNT + " segments");
            }
            switch (marker) {
                case START_OF_SCAN -> readScan(segmentAndScan);
                case 0xc0, 0xc1, 0xc2 -> readFrameHeader(segment);
                case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
                    throw ImageFile.damaged("lossless, hierarchical and arithmetic coding are not supported");
                case 0xe1 -> readExif(segment);
                case 0xee -> readAdobe(segment);
                case 0xc4, 0xdb, 0xdd, 0xe0 -> pixelData.add(segment);
                default -> {}
            }
        }

        private void readScan(ByteRange scan) {
            if (++scanCount > MAX_SCAN_COUNT) {
                throw ImageFile.damaged("it has more than " + MAX_SCAN_COUNT + " scans");
            }
            pixelData.add(scan);
        }

        private void readFrameHeader(ByteRange segment) {
            if (componentCount != 0) {
                throw ImageFile.damaged("it has two frame headers");
            }
            height = (int) segment.unsigned(5, 2, BIG_ENDIAN);
            width = (int) segment.unsigned(7, 2, BIG_ENDIAN);
            componentCount = segment.unsignedByte(9);
            boolean known = componentCount == 1 || componentCount == 3 || componentCount == 4;
            if (width == 0 || height == 0 || segment.unsignedByte(4) != 8 || !known) {
                throw ImageFile.damaged("its frame header gives no valid size, depth or number of components");
            }
            pixelData.add(segment);
        }

        private void readExif(ByteRange segment) {
            if (segment.hasAscii(4, "Exif\0\0")) {
                orientation = Orientation.fromExif(segment.slice(4, segment.length() - 4L));
            }
        }

        private void readAdobe(ByteRange segment) {
            if (segment.hasAscii(4, "Adobe")) {
                lumaCoded = segment.unsignedByte(15) == 2;
                pixelData.add(segment);
            }
        }

        /// The next 0xff that begins a segment or ends the image; stuffed bytes, fill bytes, restart markers and stray
        /// bytes are passed over.
        private long nextMarker(long offset) {
            long position = offset;
            while (file.unsignedByte(position) != 0xff || !opensSegment(file.unsignedByte(position + 1))) {
                position++;
            }
            return position;
        }

        private static boolean opensSegment(int marker) {
            return marker >= 0xc0 && marker != 0xff && (marker < 0xd0 || marker > 0xd8);
        }
    }
}
