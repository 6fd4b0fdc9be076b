package ai.autoglm.toolkit.image;

/// What can be known about an image file without decoding a pixel.
///
/// @param width columns of the upright picture, after [#orientation] is applied
/// @param height rows of the upright picture
/// @param orientation how the stored pixels have to be turned; [Orientation#NORMAL] where the file says nothing
public record ImageHeader(ImageFormat format, int width, int height, Orientation orientation) {

    /// Reads the structure of a whole image file and checks it against the limits. Only the file's own bytes count, no
    /// declared media type.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException `EMPTY_IMAGE_FILE`, `UNSUPPORTED_IMAGE_MEDIA_TYPE`,
    ///     `IMAGE_PARSE_ERROR` (damaged or cut short), `IMAGE_TOO_LARGE`, `IMAGE_TOO_SMALL`,
    ///     `INVALID_IMAGE` (aspect ratio)
    public static ImageHeader read(byte[] file, ImageLimits limits) {
        return of(ImageFile.parse(file), limits);
    }

    static ImageHeader of(ImageFile file, ImageLimits limits) {
        boolean swaps = file.orientation().swapsAxes();
        int width = swaps ? file.height() : file.width();
        int height = swaps ? file.width() : file.height();
        limits.check(width, height);
        return new ImageHeader(file.format(), width, height, file.orientation());
    }
}
