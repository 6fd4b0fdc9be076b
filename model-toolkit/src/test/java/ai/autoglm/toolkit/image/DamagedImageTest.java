package ai.autoglm.toolkit.image;

import static ai.autoglm.toolkit.image.TestImages.encoded;
import static ai.autoglm.toolkit.image.TestImages.picture;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever happens to a file, it is either decoded or refused as the sender's error.
class DamagedImageTest {
    private static final int ROUNDS = 400;
    // Small, so that damage to a header cannot make the test slow.
    private static final ImageLimits LIMITS = new ImageLimits(100_000, 2_000, 1, 2_000);

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);

    static Stream<Arguments> files() {
        byte[] jpeg = encoded(picture(), "jpg");
        byte[] exif = TestImages.exif(6, ByteOrder.BIG_ENDIAN);
        return Stream.of(
                Arguments.of("png", encoded(picture(), "png")),
                Arguments.of("golden png", GoldenImages.file("odd3.png")),
                Arguments.of("jpeg", TestImages.jpegWithExif(jpeg, exif)),
                Arguments.of("gif", encoded(picture(), "gif")),
                Arguments.of("lossy webp", TestImages.webp("lossy")),
                Arguments.of("lossy webp with alpha", TestImages.webp("lossy-alpha")),
                Arguments.of("lossless webp", TestImages.webp("lossless-alpha")),
                Arguments.of("animated webp", TestImages.animatedWebp(60, 50, 4, 6, TestImages.webp("lossless"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isDecodedOrRefused(String name, byte[] file) {
        Random random = new Random(name.hashCode());
        int refusals = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damaged(file, random);
            for (byte[] variant : List.of(damaged, TestPng.withRightChecksums(damaged))) {
                refusals += refused(variant) ? 1 : 0;
            }
        }
        assertThat(refusals).isPositive();
    }

    private boolean refused(byte[] file) {
        try {
            ImageHeader header = ImageHeader.read(file, LIMITS);
            RgbImage image = decoder.decode(file, Deadline.NONE);
            assertThat(image.width()).isEqualTo(header.width());
            assertThat(image.height()).isEqualTo(header.height());
            return false;
        } catch (ServingException refusal) {
            assertThat(refusal.code().type()).isEqualTo(ErrorType.USER_ERROR);
            return true;
        }
    }

    private static byte[] damaged(byte[] file, Random random) {
        byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file.clone();
        int reach = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 64);
        for (int i = random.nextInt(4); i >= 0 && reach > 0; i--) {
            damaged[random.nextInt(reach)] = (byte) (random.nextBoolean() ? random.nextInt() : -random.nextInt(2));
        }
        return damaged;
    }
}
