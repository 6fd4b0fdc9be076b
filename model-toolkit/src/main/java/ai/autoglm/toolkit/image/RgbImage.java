package ai.autoglm.toolkit.image;

/// Eight-bit pixels: [row, column, channel] with the channels red, green, blue.
///
/// @param levels shared, not copied: whoever makes an image gives its array away, and nobody writes to it afterwards
@SuppressWarnings("ArrayRecordComponent") // a copy of up to 120 MB at each step would serve nobody
record RgbImage(int width, int height, byte[] levels) {
    static final int CHANNEL_COUNT = 3;

    RgbImage {
        if (levels.length != width * height * CHANNEL_COUNT) {
            throw new IllegalArgumentException("%d levels for %d x %d pixels".formatted(levels.length, width, height));
        }
    }
}
