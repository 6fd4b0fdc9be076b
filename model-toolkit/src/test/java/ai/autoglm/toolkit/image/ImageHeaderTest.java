package ai.autoglm.toolkit.image;

import static ai.autoglm.toolkit.image.TestImages.ascii;
import static ai.autoglm.toolkit.image.TestImages.encoded;
import static ai.autoglm.toolkit.image.TestImages.joined;
import static ai.autoglm.toolkit.image.TestImages.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {
    @Test
    void knowsEachFormatByItsBytes() {
        assertThat(read(encoded(picture(), "png"))).isEqualTo(header(ImageFormat.PNG));
        assertThat(read(encoded(picture(), "jpg"))).isEqualTo(header(ImageFormat.JPEG));
        assertThat(read(encoded(picture(), "gif"))).isEqualTo(header(ImageFormat.GIF));
        for (String name : List.of("lossy", "lossy-alpha", "lossless", "lossless-alpha")) {
            assertThat(read(TestImages.webp(name))).isEqualTo(header(ImageFormat.WEBP));
        }
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void readsTheOrientationOfEveryFormatThatHasOne(Orientation orientation) {
        byte[] little = TestImages.exif(orientation.exifValue(), ByteOrder.LITTLE_ENDIAN);
        byte[] big = TestImages.exif(orientation.exifValue(), ByteOrder.BIG_ENDIAN);
        byte[] png = encoded(picture(), "png");
        byte[] webp = TestImages.webpBody(TestImages.webp("lossless"));
        List<byte[]> files = List.of(
                TestImages.jpegWithExif(encoded(picture(), "jpg"), little),
                TestImages.jpegWithExif(encoded(picture(), "jpg"), big),
                TestImages.inserted(png, png.length - 12, TestPng.chunk("eXIf", big)),
                TestImages.extendedWebp(8, 41, 30, webp, TestImages.webpChunk("EXIF", little)),
                TestImages.extendedWebp(8, 41, 30, webp, TestImages.webpChunk("EXIF", joined(ascii("Exif\0\0"), big))));
        for (byte[] file : files) {
            ImageHeader header = read(file);
            assertThat(header.orientation()).isEqualTo(orientation);
            boolean sideways = orientation.exifValue() >= 5;
            assertThat(header.width()).isEqualTo(sideways ? 30 : 41);
            assertThat(header.height()).isEqualTo(sideways ? 41 : 30);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 65_535})
    void ignoresAnOrientationThatDoesNotExist(int value) {
        byte[] exif = TestImages.exif(value, ByteOrder.BIG_ENDIAN);
        assertThat(read(TestImages.jpegWithExif(encoded(picture(), "jpg"), exif)))
                .isEqualTo(header(ImageFormat.JPEG));
    }

    @Test
    void ignoresExifThatMakesNoSense() {
        byte[] farDirectory =
                ByteBuffer.allocate(8).put(ascii("MM\0*")).putInt(-1).array();
        byte[] cut = Arrays.copyOf(TestImages.exif(6, ByteOrder.BIG_ENDIAN), 17);
        for (byte[] exif : List.of(new byte[0], farDirectory, cut)) {
            assertThat(read(TestImages.jpegWithExif(encoded(picture(), "jpg"), exif)))
                    .isEqualTo(header(ImageFormat.JPEG));
        }
    }

    @Test
    void takesTheCanvasOfAnAnimation() {
        byte[] gif = encoded(picture(), "gif");
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 100)
                .putShort(8, (short) 10);
        assertThat(read(gif)).isEqualTo(new ImageHeader(ImageFormat.GIF, 100, 30, Orientation.NORMAL));
        assertThat(read(TestImages.animatedWebp(60, 50, 4, 6, TestImages.webp("lossless"))))
                .isEqualTo(new ImageHeader(ImageFormat.WEBP, 60, 50, Orientation.NORMAL));
    }

    @Test
    void refusesAnEmptyFile() {
        assertThat(refusal(new byte[0]).code()).isEqualTo(ErrorCode.EMPTY_IMAGE_FILE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<svg xmlns='http://www.w3.org/2000/svg'/>",
                "II*\0\10\0\0\0",
                "MM\0*\0\0\0\10",
                "\0\0\0\14jP  \r\n\u0087\n",
                "%PDF-1.7",
                "\0\0\1\0\1\0",
                "BM\66\0\0\0",
                "\0\0\0\30ftypheic",
                "RIFF\4\0\0\0WAVE",
                "hello",
                "\u0089PN",
            })
    void refusesOtherTypesAndSaysWhatIsAccepted(String beginning) {
        ServingException refusal = refusal(ascii(beginning));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_IMAGE_MEDIA_TYPE);
        assertThat(refusal.message()).contains("PNG", "JPEG", "WebP", "GIF");
    }

    @ParameterizedTest
    @CsvSource({
        "16385, 100, IMAGE_TOO_LARGE, 16384",
        "100, 16385, IMAGE_TOO_LARGE, 16384",
        "6400, 6251, IMAGE_TOO_LARGE, 40000000",
        "2147483647, 2147483647, IMAGE_TOO_LARGE, 16384",
        "3, 100, IMAGE_TOO_SMALL, 4",
        "100, 3, IMAGE_TOO_SMALL, 4",
        "801, 4, INVALID_IMAGE, 200",
        "4, 801, INVALID_IMAGE, 200",
    })
    void refusesASizeOutsideTheLimits(int width, int height, ErrorCode code, String limit) {
        ServingException refusal = refusal(sizedPng(width, height));
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.message()).contains("%d x %d".formatted(width, height), limit);
    }

    @ParameterizedTest
    @CsvSource({"16384, 100", "6400, 6250", "4, 4", "800, 4"})
    void acceptsASizeAtTheLimits(int width, int height) {
        assertThat(read(sizedPng(width, height)))
                .isEqualTo(new ImageHeader(ImageFormat.PNG, width, height, Orientation.NORMAL));
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "10, 0", "-1, 10", "10, -2147483648"})
    void refusesAPngWithoutAValidSize(int width, int height) {
        assertThat(refusal(sizedPng(width, height)).code()).isEqualTo(ErrorCode.IMAGE_PARSE_ERROR);
    }

    @Test
    void refusesEveryFileThatIsCutShort() {
        List<byte[]> files = List.of(
                encoded(picture(), "png"),
                encoded(picture(), "jpg"),
                encoded(picture(), "gif"),
                TestImages.webp("lossy"),
                TestImages.webp("lossy-alpha"),
                TestImages.webp("lossless"));
        for (byte[] file : files) {
            int end = read(file).format() == ImageFormat.GIF ? file.length - 1 : file.length;
            for (int length = 12; length < end; length++) {
                // A missing padding byte at the very end harms nobody.
                if (read(file).format() == ImageFormat.WEBP && length == end - 1 && file[length] == 0) {
                    continue;
                }
                assertThat(refusal(Arrays.copyOf(file, length)).code())
                        .as("%d of %d bytes", length, file.length)
                        .isEqualTo(ErrorCode.IMAGE_PARSE_ERROR);
            }
        }
    }

    @Test
    void refusesAPngWithAWrongChecksum() {
        byte[] png = encoded(picture(), "png");
        png[png.length - 20] ^= 1;
        assertThat(refusal(png).message()).contains("checksum");
    }

    @Test
    void refusesAJpegWithTooManyScansOrSegments() {
        byte[] jpeg = encoded(picture(), "jpg");
        byte[] empty = new byte[4 * 1001];
        for (int i = 0; i < empty.length; i += 4) {
            ByteBuffer.wrap(empty).putInt(i, 0xffe00002);
        }
        assertThat(refusal(TestImages.inserted(jpeg, 2, empty)).message()).contains("1000 segments");
        byte[] scans = new byte[4 * 101];
        for (int i = 0; i < scans.length; i += 4) {
            ByteBuffer.wrap(scans).putInt(i, 0xffda0002);
        }
        assertThat(refusal(TestImages.inserted(jpeg, 2, scans)).message()).contains("100 scans");
    }

    @Test
    void refusesAWebpWhoseHeadersDisagree() {
        byte[] picture = TestImages.webpBody(TestImages.webp("lossless"));
        assertThat(refusal(TestImages.extendedWebp(0, 42, 30, picture)).code()).isEqualTo(ErrorCode.IMAGE_PARSE_ERROR);
        assertThat(refusal(TestImages.animatedWebp(41, 30, 2, 0, TestImages.webp("lossless")))
                        .code())
                .isEqualTo(ErrorCode.IMAGE_PARSE_ERROR);
    }

    private static byte[] sizedPng(int width, int height) {
        return TestPng.file(width, height, 8, TestPng.GREY, new byte[][] {});
    }

    private static ImageHeader header(ImageFormat format) {
        return new ImageHeader(format, TestImages.WIDTH, TestImages.HEIGHT, Orientation.NORMAL);
    }

    private static ImageHeader read(byte[] file) {
        return ImageHeader.read(file, ImageLimits.DEFAULT);
    }

    private static ServingException refusal(byte[] file) {
        return catchThrowableOfType(ServingException.class, () -> read(file));
    }
}
