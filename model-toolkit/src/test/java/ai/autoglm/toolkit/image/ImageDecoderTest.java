package ai.autoglm.toolkit.image;

import static ai.autoglm.toolkit.image.TestImages.ascii;
import static ai.autoglm.toolkit.image.TestImages.encoded;
import static ai.autoglm.toolkit.image.TestImages.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final int WHITE = 0xffffff;
    private static final int LOSSY_TOLERANCE = 16;

    private final ImageDecoder decoder = new ImageDecoder(new ImageLimits(40_000_000, 16_384, 1, 200));

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void decodesOpaquePictures(String formatName) {
        assertShowsThePicture(
                decoder.decode(encoded(picture(), formatName), Deadline.NONE),
                formatName.equals("png") ? 0 : LOSSY_TOLERANCE);
    }

    @Test
    void decodesProgressiveJpeg() throws IOException {
        byte[] file = jpeg(new IIOImage(picture(), null, null), ImageWriteParam.MODE_DEFAULT);
        assertShowsThePicture(decoder.decode(file, Deadline.NONE), LOSSY_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless", "lossy"})
    void decodesOpaqueWebp(String name) {
        assertShowsThePicture(
                decoder.decode(TestImages.webp(name), Deadline.NONE), name.equals("lossless") ? 0 : LOSSY_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless-alpha", "lossy-alpha"})
    void laysTransparentWebpOnWhite(String name) {
        RgbImage image = decoder.decode(TestImages.webp(name), Deadline.NONE);
        int tolerance = name.equals("lossless-alpha") ? 0 : LOSSY_TOLERANCE;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                double alpha = Math.min(255, 10 * x) / 255.0;
                int red = (int) Math.round(6 * x * alpha + 255 * (1 - alpha));
                assertThat(pixel(image, x, y) >> 16).isBetween(red - tolerance, red + tolerance);
            }
        }
    }

    @Test
    void putsTheFirstFrameOfAnAnimationInItsPlaceOnWhite() {
        RgbImage image =
                decoder.decode(TestImages.animatedWebp(60, 50, 4, 6, TestImages.webp("lossless")), Deadline.NONE);
        assertThat(image.width()).isEqualTo(60);
        assertThat(image.height()).isEqualTo(50);
        assertThat(pixel(image, 3, 6)).isEqualTo(WHITE);
        assertThat(pixel(image, 4, 6)).isEqualTo(100);
        assertThat(pixel(image, 5, 7)).isEqualTo(0x060864);
        assertThat(pixel(image, 45, 6)).isEqualTo(WHITE);
    }

    @Test
    void takesTheFirstFrameOfAGif() {
        byte[] colors = {0, (byte) 200, 10, 20};
        IndexColorModel palette = new IndexColorModel(2, 4, colors, colors, new byte[4], 2);
        BufferedImage drawn = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        drawn.getRaster().setPixels(0, 0, 3, 1, new int[] {1, 2, 3});
        RgbImage image = decoder.decode(encoded(drawn, "gif"), Deadline.NONE);
        assertThat(pixels(image)).containsExactly(0xc8c800, WHITE, 0x141400);
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void turnsThePictureUpright(Orientation orientation) {
        // Seen as the letters "abc / def" before the turn.
        byte[] exif = TestImages.exif(orientation.exifValue(), ByteOrder.BIG_ENDIAN);
        byte[] png = TestPng.file(
                3, 2, 8, TestPng.GREY, new byte[][] {ascii("abc"), ascii("def")}, TestPng.chunk("eXIf", exif));
        RgbImage image = decoder.decode(png, Deadline.NONE);
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            seen.append(i > 0 && i % image.width() == 0 ? "/" : "").append((char) image.levels()[3 * i]);
        }
        // Source: Exif 2.32, where 1 to 8 say which sides of the picture the first row and column are.
        assertThat(seen)
                .hasToString(
                        switch (orientation) {
                            case NORMAL -> "abc/def";
                            case MIRRORED -> "cba/fed";
                            case ROTATED_180 -> "fed/cba";
                            case FLIPPED -> "def/abc";
                            case TRANSPOSED -> "ad/be/cf";
                            case ROTATED_90 -> "da/eb/fc";
                            case TRANSVERSED -> "fc/eb/da";
                            case ROTATED_270 -> "cf/be/ad";
                        });
    }

    @Test
    void laysATransparentPaletteOnWhite() {
        byte[] palette = {0, 0, 0, 100, (byte) 150, (byte) 200, 50, 60, 70};
        byte[] png = TestPng.file(
                4,
                1,
                2,
                TestPng.PALETTE,
                new byte[][] {{0b00_01_10_00}},
                TestPng.chunk("PLTE", palette),
                TestPng.chunk("tRNS", new byte[] {0, (byte) 128}));
        assertThat(pixels(decoder.decode(png, Deadline.NONE))).containsExactly(WHITE, 0xb1cae3, 0x323c46, WHITE);
    }

    @Test
    void paintsIndicesBeyondThePaletteBlack() {
        byte[] png = TestPng.file(
                2, 1, 8, TestPng.PALETTE, new byte[][] {{0, (byte) 200}}, TestPng.chunk("PLTE", new byte[] {1, 2, 3}));
        assertThat(pixels(decoder.decode(png, Deadline.NONE))).containsExactly(0x010203, 0);
    }

    @Test
    void makesTheOneTransparentColorWhite() {
        byte[] grey =
                TestPng.file(2, 1, 8, TestPng.GREY, new byte[][] {{7, 8}}, TestPng.chunk("tRNS", new byte[] {0, 7}));
        assertThat(pixels(decoder.decode(grey, Deadline.NONE))).containsExactly(WHITE, 0x080808);
        byte[] rgb =
                TestPng.file(2, 1, 8, TestPng.RGB, new byte[][] {{1, 2, 3, 1, 2, 4}}, TestPng.chunk("tRNS", new byte[] {
                    0, 1, 0, 2, 0, 3
                }));
        assertThat(pixels(decoder.decode(rgb, Deadline.NONE))).containsExactly(WHITE, 0x010204);
    }

    @Test
    void takesTheHighByteOf16Bits() {
        byte[] rgb = TestPng.file(1, 1, 16, TestPng.RGB, new byte[][] {{(byte) 0x12, (byte) 0xff, 0x34, 0, 0x56, 1}});
        assertThat(pixels(decoder.decode(rgb, Deadline.NONE))).containsExactly(0x123456);
        byte[] grey =
                TestPng.file(2, 1, 16, TestPng.GREY, new byte[][] {{(byte) 0xab, (byte) 0xcd, 0x01, (byte) 0xff}});
        assertThat(pixels(decoder.decode(grey, Deadline.NONE))).containsExactly(0xababab, 0x010101);
        byte[] alpha = TestPng.file(1, 1, 16, TestPng.GREY_ALPHA, new byte[][] {{0x40, 0, (byte) 0x80, 0}});
        assertThat(pixels(decoder.decode(alpha, Deadline.NONE))).containsExactly(0x9f9f9f);
    }

    @Test
    void keepsGreyLevelsAsTheyAreStored() {
        byte[] levels = new byte[256];
        for (int i = 0; i < 256; i++) {
            levels[i] = (byte) i;
        }
        byte[] gamma = TestPng.chunk("gAMA", new byte[] {0, 1, (byte) 0x86, (byte) 0xa0});
        byte[] transparent = new byte[512];
        for (int i = 0; i < 256; i++) {
            transparent[2 * i] = (byte) i;
            transparent[2 * i + 1] = (byte) 255;
        }
        assertThat(pixels(decoder.decode(
                        TestPng.file(256, 2, 8, TestPng.GREY, new byte[][] {levels, levels}, gamma), Deadline.NONE)))
                .startsWith(0, 0x010101, 0x020202)
                .endsWith(0xfdfdfd, 0xfefefe, WHITE)
                .isEqualTo(pixels(decoder.decode(
                        TestPng.file(256, 2, 8, TestPng.GREY_ALPHA, new byte[][] {transparent, transparent}, gamma),
                        Deadline.NONE)));
        assertThat(pixels(decoder.decode(
                        TestPng.file(4, 1, 2, TestPng.GREY, new byte[][] {{0b00_01_10_11}}), Deadline.NONE)))
                .containsExactly(0, 0x555555, 0xaaaaaa, WHITE);
    }

    @Test
    void keepsGreyLevelsOfJpeg() {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((DataBufferByte) grey.getRaster().getDataBuffer()).getData(), (byte) 90);
        assertThat(pixels(decoder.decode(encoded(grey, "jpg"), Deadline.NONE))).containsOnly(0x5a5a5a);
    }

    @Test
    void readsInksAsPillowDoes() throws IOException {
        byte[] cmyk = jpegOfFour(200, 100, 50, 128, 0);
        // 200 * 128 / 255 and so on: without an Adobe segment or with one, stored inks are inverted.
        assertThat(pixels(decoder.decode(cmyk, Deadline.NONE))).containsOnly(0x643219);
    }

    @Test
    void readsLumaCodedInksAsPillowDoes() throws IOException {
        // Luma 150 without chroma is cyan, magenta and yellow of 255 - 150.
        assertThat(pixels(decoder.decode(jpegOfFour(150, 128, 128, 255, 2), Deadline.NONE)))
                .containsOnly(0x696969);
        assertThat(pixels(decoder.decode(jpegOfFour(100, 128, 178, 255, 2), Deadline.NONE)))
                .containsOnly(0x55bf9b);
    }

    @Test
    void ignoresColorProfiles() {
        byte[] jpeg = encoded(picture(), "jpg");
        byte[] junk = TestImages.joined(ascii("ICC_PROFILE\0\1\1"), new byte[500]);
        assertThat(decoder.decode(TestImages.jpegWithSegment(jpeg, 0xe2, junk), Deadline.NONE)
                        .levels())
                .isEqualTo(decoder.decode(jpeg, Deadline.NONE).levels());
    }

    @Test
    void checksTheLimitsBeforeItDecodes() {
        byte[] promise = TestPng.file(16_384, 16_384, 8, TestPng.RGB, new byte[][] {});
        assertRefused(promise, ErrorCode.IMAGE_TOO_LARGE);
    }

    @Test
    void refusesAPngWithTooFewPixels() {
        assertRefused(
                TestPng.file(8, 8, 8, TestPng.GREY, new byte[][] {new byte[8], new byte[8]}),
                ErrorCode.IMAGE_PARSE_ERROR);
    }

    @Test
    void refusesAnUnknownKindOfPng() {
        assertRefused(TestPng.file(4, 1, 3, 5, new byte[][] {new byte[8]}), ErrorCode.IMAGE_PARSE_ERROR);
    }

    private void assertRefused(byte[] file, ErrorCode code) {
        assertThatThrownBy(() -> decoder.decode(file, Deadline.NONE))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static void assertShowsThePicture(RgbImage image, int tolerance) {
        assertThat(image.width()).isEqualTo(TestImages.WIDTH);
        assertThat(image.height()).isEqualTo(TestImages.HEIGHT);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int pixel = pixel(image, x, y);
                assertThat(pixel >> 16).isBetween(6 * x - tolerance, 6 * x + tolerance);
                assertThat((pixel >> 8) & 255).isBetween(8 * y - tolerance, 8 * y + tolerance);
                assertThat(pixel & 255).isBetween(100 - tolerance, 100 + tolerance);
            }
        }
    }

    /// A JPEG file of one colour in four components, with an Adobe segment.
    private static byte[] jpegOfFour(int first, int second, int third, int fourth, int transform) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int i = 0; i < 256; i++) {
            raster.setPixel(i % 16, i / 16, new int[] {first, second, third, fourth});
        }
        byte[] file = jpeg(new IIOImage(raster, null, null), ImageWriteParam.MODE_DISABLED);
        byte[] adobe = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
        return TestImages.jpegWithSegment(file, 0xee, adobe);
    }

    private static byte[] jpeg(IIOImage image, int progressiveMode) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(stream);
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(progressiveMode);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    private static int pixel(RgbImage image, int x, int y) {
        int index = 3 * (y * image.width() + x);
        byte[] levels = image.levels();
        return ((levels[index] & 255) << 16) | ((levels[index + 1] & 255) << 8) | (levels[index + 2] & 255);
    }

    private static int[] pixels(RgbImage image) {
        int[] pixels = new int[image.width() * image.height()];
        Arrays.setAll(pixels, i -> pixel(image, i % image.width(), i / image.width()));
        return pixels;
    }
}
