package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/// Image file to upright RGB pixels: first frame only, transparency on white, colour profiles ignored as Pillow does.
/// Any number of threads may decode at once.
///
/// Source: MODEL_SPEC C.2.
final class ImageDecoder {
    private static final ImageReaderSpi PNG_READERS = builtIn("png");
    private static final ImageReaderSpi JPEG_READERS = jpegReaders();
    private static final ImageReaderSpi WEBP_READERS = new WebPImageReaderSpi();
    private static final ImageReaderSpi GIF_READERS = builtIn("gif");

    static {
        // No temporary files.
        ImageIO.setUseCache(false);
    }

    private final ImageLimits limits;

    ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /// @throws ServingException those of [ImageHeader#read], and `IMAGE_PARSE_ERROR` where the pixels make no
    ///     sense, and what the deadline throws
    RgbImage decode(byte[] bytes, Deadline deadline) {
        ImageFile file = ImageFile.parse(bytes);
        ImageHeader.of(file, limits);
        deadline.check();
        try {
            return decode(file, deadline);
        } catch (ServingException known) {
            throw known;
        } catch (IOException | RuntimeException unreadable) {
            // Some readers take any exception for damage, that of the deadline too.
            deadline.check();
            // Readers answer damaged data with exceptions of every kind, index and null checks among them.
            throw new ServingException(
                    ErrorCode.IMAGE_PARSE_ERROR,
                    "The image file is damaged: its pixels cannot be decoded.",
                    unreadable);
        }
    }

    /// Bytes of heap that [#decode] and a change of size may take at once.
    ///
    /// @throws ServingException those of [ImageHeader#read]
    long workingBytes(byte[] bytes) {
        ImageFile file = ImageFile.parse(bytes);
        ImageHeader.of(file, limits);
        long pixels = (long) file.width() * file.height();
        // Beside the picture there are the reader's samples, and then the picture with other columns.
        return pixels * (RgbImage.CHANNEL_COUNT + Math.max(file.bytesPerPixel(), RgbImage.CHANNEL_COUNT));
    }

    private static RgbImage decode(ImageFile file, Deadline deadline) throws IOException {
        ImageReader reader = readers(file.format()).createReaderInstance();
        ReadProgress progress = new ReadProgress(deadline);
        try (FileStream stream = new FileStream(ByteRange.concatenate(file.pixelData()), deadline)) {
            reader.setInput(stream, true, true);
            reader.addIIOReadProgressListener(progress);
            ImageFile.Frame frame = file.frame();
            if (reader.getWidth(0) != frame.width() || reader.getHeight(0) != frame.height()) {
                throw ImageFile.damaged("its headers disagree about the size of the picture");
            }
            Canvas canvas = new Canvas(file.width(), file.height(), file.orientation());
            FramePainter painter = new FramePainter(canvas, frame, deadline);
            if (file instanceof JpegFile jpeg && jpeg.componentCount() == 4) {
                Raster inks = reader.readRaster(0, null);
                progress.requireWhole();
                painter.paintInks(inks, jpeg.lumaCoded());
            } else {
                BufferedImage decoded = reader.read(0);
                progress.requireWhole();
                painter.paint(decoded.getRaster(), decoded.getColorModel());
            }
            return canvas.image();
        } finally {
            reader.dispose();
        }
    }

    private static ImageReaderSpi readers(ImageFormat format) {
        return switch (format) {
            case PNG -> PNG_READERS;
            case JPEG -> JPEG_READERS;
            case WEBP -> WEBP_READERS;
            case GIF -> GIF_READERS;
        };
    }

    private static ImageReaderSpi builtIn(String formatName) {
        return ImageIO.getImageReadersByFormatName(formatName).next().getOriginatingProvider();
    }

    private static ImageReaderSpi jpegReaders() {
        JPEGImageReaderSpi readers = new JPEGImageReaderSpi();
        // Registered by hand, since a server's class loaders can hide it from ImageIO's own scan; there it finds the
        // built-in reader that it improves on.
        IIORegistry.getDefaultInstance().registerServiceProvider(readers);
        return readers;
    }
}
