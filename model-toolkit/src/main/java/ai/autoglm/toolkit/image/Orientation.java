package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.error.ServingException;
import java.nio.ByteOrder;

/// How stored pixels have to be turned to stand upright: mirror left to right, mirror top to bottom, then swap the
/// axes.
///
/// Source: Exif 2.32, tag 0x0112.
public enum Orientation {
    NORMAL(1, false, false, false),
    MIRRORED(2, true, false, false),
    ROTATED_180(3, true, true, false),
    FLIPPED(4, false, true, false),
    TRANSPOSED(5, false, false, true),
    ROTATED_90(6, false, true, true),
    TRANSVERSED(7, true, true, true),
    ROTATED_270(8, true, false, true);

    private static final int ORIENTATION_TAG = 0x0112;
    private static final int SHORT_TYPE = 3;
    private static final int ENTRY_BYTES = 12;

    private final int exifValue;
    private final boolean mirrorsColumns;
    private final boolean mirrorsRows;
    private final boolean swapsAxes;

    Orientation(int exifValue, boolean mirrorsColumns, boolean mirrorsRows, boolean swapsAxes) {
        this.exifValue = exifValue;
        this.mirrorsColumns = mirrorsColumns;
        this.mirrorsRows = mirrorsRows;
        this.swapsAxes = swapsAxes;
    }

    /// 1 to 8.
    public int exifValue() {
        return exifValue;
    }

    boolean mirrorsColumns() {
        return mirrorsColumns;
    }

    boolean mirrorsRows() {
        return mirrorsRows;
    }

    /// Whether width and height change places.
    public boolean swapsAxes() {
        return swapsAxes;
    }

    /// The orientation that an Exif block asks for. A block that makes no sense is ignored, as viewers do.
    static Orientation fromExif(ByteRange exif) {
        try {
            return fromTiff(exif.hasAscii(0, "Exif\0\0") ? exif.slice(6, exif.length() - 6L) : exif);
        } catch (ServingException _) {
            return NORMAL;
        }
    }

    private static Orientation fromTiff(ByteRange tiff) {
        ByteOrder order = tiff.hasAscii(0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        long directory = tiff.unsigned(4, 4, order);
        long entryCount = tiff.unsigned(directory, 2, order);
        for (long index = 0; index < entryCount; index++) {
            long entry = directory + 2 + index * ENTRY_BYTES;
            if (tiff.unsigned(entry, 2, order) == ORIENTATION_TAG) {
                boolean valid = tiff.unsigned(entry + 2, 2, order) == SHORT_TYPE;
                return valid ? withExifValue(tiff.unsigned(entry + 8, 2, order)) : NORMAL;
            }
        }
        return NORMAL;
    }

    private static Orientation withExifValue(long value) {
        for (Orientation orientation : values()) {
            if (orientation.exifValue == value) {
                return orientation;
            }
        }
        return NORMAL;
    }
}
