package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;

/// What a walk through the structure of an image file finds without decoding a pixel. The walk reaches the end of the
/// (first) picture, so a file that is cut short is found here already.
sealed interface ImageFile permits PngFile, JpegFile, WebpFile, GifFile {
    ImageFormat format();

    /// Width of the whole picture as stored, before [#orientation] is applied.
    int width();

    int height();

    Orientation orientation();

    /// Where the picture's first frame lies; the rest of the picture is empty.
    Frame frame();

    /// Bytes that a reader's samples of one pixel take.
    int bytesPerPixel();

    /// The parts of the file that make up the first frame. Metadata never reach a decoder: no colour profiles,
    /// thumbnails or compressed texts.
    List<ByteRange> pixelData();

    /// A rectangle in the stored picture, in pixels.
    record Frame(int x, int y, int width, int height) {}

    static ImageFile parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw new ServingException(ErrorCode.EMPTY_IMAGE_FILE, "The image file is empty.");
        }
        ByteRange file = ByteRange.of(bytes);
        if (file.hasAscii(0, "\u0089PNG\r\n\u001a\n")) {
            return PngFile.parse(file);
        }
        if (file.hasAscii(0, "\u00ff\u00d8\u00ff")) {
            return JpegFile.parse(file);
        }
        if (file.hasAscii(0, "RIFF") && file.hasAscii(8, "WEBP")) {
            return WebpFile.parse(file);
        }
        if (file.hasAscii(0, "GIF87a") || file.hasAscii(0, "GIF89a")) {
            return GifFile.parse(file);
        }
        throw new ServingException(
                ErrorCode.UNSUPPORTED_IMAGE_MEDIA_TYPE,
                "The image is of an unsupported type: only PNG, JPEG, WebP and GIF files are accepted.");
    }

    /// The error of a file of the right type whose content makes no sense.
    static ServingException damaged(String detail) {
        return new ServingException(ErrorCode.IMAGE_PARSE_ERROR, "The image file is damaged: " + detail + ".");
    }
}
