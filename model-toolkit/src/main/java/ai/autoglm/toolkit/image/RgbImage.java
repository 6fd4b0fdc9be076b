package ai.autoglm.toolkit.image;

/// Eight-bit pixels: [row, column, channel] with the channels red, green, blue.
final class RgbImage {
    static final int CHANNEL_COUNT = 3;

    private final int width;
    private final int height;
    private final byte[] levels;

    /// @param levels shared, not copied, for a copy may take 120 MB: whoever makes an image gives its array away, and
    ///     nobody writes to it afterwards
    RgbImage(int width, int height, byte[] levels) {
        if (levels.length != width * height * CHANNEL_COUNT) {
            throw new IllegalArgumentException("%d levels for %d x %d pixels".formatted(levels.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.levels = levels;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    byte[] levels() {
        return levels;
    }
}
