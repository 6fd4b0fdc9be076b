package ai.autoglm.toolkit.image;

import java.util.Arrays;

/// A white picture that takes pixels at stored coordinates and puts them where they belong once upright.
final class Canvas {
    private final RgbImage image;
    private final int origin;
    private final int columnStep;
    private final int rowStep;

    /// @param width columns as stored, before the orientation is applied
    /// @param height rows as stored
    Canvas(int width, int height, Orientation orientation) {
        byte[] levels = new byte[width * height * RgbImage.CHANNEL_COUNT];
        Arrays.fill(levels, (byte) 255);
        boolean swaps = orientation.swapsAxes();
        image = new RgbImage(swaps ? height : width, swaps ? width : height, levels);
        int acrossStep = RgbImage.CHANNEL_COUNT;
        int downStep = RgbImage.CHANNEL_COUNT * image.width();
        int column = swaps ? downStep : acrossStep;
        int row = swaps ? acrossStep : downStep;
        columnStep = orientation.mirrorsColumns() ? -column : column;
        rowStep = orientation.mirrorsRows() ? -row : row;
        origin = (orientation.mirrorsColumns() ? column * (width - 1) : 0)
                + (orientation.mirrorsRows() ? row * (height - 1) : 0);
    }

    RgbImage image() {
        return image;
    }

    /// Sets one pixel; levels 0 to 255.
    void paint(int x, int y, int red, int green, int blue) {
        int index = origin + x * columnStep + y * rowStep;
        byte[] levels = image.levels();
        levels[index] = (byte) red;
        levels[index + 1] = (byte) green;
        levels[index + 2] = (byte) blue;
    }

    /// Sets one pixel that lets the white ground through where alpha is below 255.
    void blend(int x, int y, int red, int green, int blue, int alpha) {
        paint(x, y, overWhite(red, alpha), overWhite(green, alpha), overWhite(blue, alpha));
    }

    /// Source: Pillow, `BLEND` in `Paste.c` and `ImagingUtils.h`.
    private static int overWhite(int level, int alpha) {
        return divideBy255(level * alpha + 255 * (255 - alpha));
    }

    /// Division that rounds to nearest, exact for 0 to 255². Source: Pillow, `DIV255`.
    static int divideBy255(int value) {
        int shifted = value + 128;
        return ((shifted >> 8) + shifted) >> 8;
    }
}
