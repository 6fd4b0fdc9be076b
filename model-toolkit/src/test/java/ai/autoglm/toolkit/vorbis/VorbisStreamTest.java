package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VorbisStreamTest {
    private static final String DAMAGED = "Audio could not be decoded: the Ogg file is damaged";
    private static final int SERIAL_NUMBER = 7;

    @Test
    void decodesAStreamOfSilentPackets() {
        byte[] silence = {0};
        byte[] header = {1};
        byte[] file = OggFile.join(
                headers(minimalSetup(1, 1)),
                OggFile.page(OggFile.LAST, 70, SERIAL_NUMBER, silence, silence, new byte[0], header, silence, silence));

        assertThat(OggFile.decode(file)).hasSize(70).allMatch(sample -> sample == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 58, 100, 3_000})
    void refusesAFileThatEndsInItsHeaders(int length) {
        byte[] file = Arrays.copyOf(OggFile.encoded("vorbis-16k-mono.ogg"), length);

        assertRefused(file, length < 58 ? DAMAGED : "Audio could not be decoded: the Vorbis headers are not complete");
    }

    @Test
    void refusesOtherCodecs() {
        byte[] opus = "OpusHead\1\1\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

        assertRefused(
                OggFile.page(OggFile.FIRST, 0, SERIAL_NUMBER, opus),
                "An Ogg file must hold Vorbis; this one holds something else");
    }

    @Test
    void refusesFloorsOfTypeZero() {
        assertRefused(
                headers(minimalSetup(0, 1)),
                "A Vorbis file must have floors of type 1; this one has type 0, which encoders stopped using before "
                        + "Vorbis 1.0");
    }

    @Test
    void refusesAFloorThatHasAPointTwice() {
        assertRefused(headers(minimalSetup(1, 2)), DAMAGED);
    }

    @Test
    void refusesCodebooksThatTogetherHoldTooMuch() {
        BitWriter setup = setup().write(8, 255);
        for (int i = 0; i < 256; i++) {
            setup.uniformCodebook(1, 18);
        }

        assertRefused(
                headers(setup), "The codebooks of a Vorbis file may hold at most 524288 values; this file's hold more");
    }

    /// One codebook, one mode, and a floor with some points at 0 besides its ends.
    private static BitWriter minimalSetup(int floorType, int pointsAtZero) {
        BitWriter setup = setup().write(8, 0).uniformCodebook(1, 1).write(6, 0).write(16, 0);
        setup.write(6, 0).write(16, floorType).write(5, pointsAtZero - 1);
        for (int i = 1; i < pointsAtZero; i++) {
            setup.write(4, 0);
        }
        if (pointsAtZero > 1) {
            setup.write(3, 0).write(2, 0).write(8, 0);
        }
        setup.write(2, 0).write(4, 5);
        for (int i = 1; i < pointsAtZero; i++) {
            setup.write(5, 0);
        }
        setup.write(6, 0)
                .write(16, 1)
                .write(48, 0)
                .write(24, 7)
                .write(6, 0)
                .write(8, 0)
                .write(4, 0);
        setup.write(6, 0).write(16, 0).write(4, 0).write(24, 0);
        return setup.write(6, 0).write(1, 0).write(32, 0).write(8, 0).write(1, 1);
    }

    private static BitWriter setup() {
        return header(5);
    }

    /// The pages of the headers of a mono stream at 8000 Hz with blocks of 64 samples.
    private static byte[] headers(BitWriter setup) {
        BitWriter identification = header(1).write(32, 0).write(8, 1).write(32, 8_000);
        identification.write(64, 0).write(32, 0).write(4, 6).write(4, 6).write(1, 1);
        byte[] bytes = setup.bytes();
        byte[] pages = OggFile.join(
                OggFile.page(OggFile.FIRST, 0, SERIAL_NUMBER, identification.bytes()),
                OggFile.page(0, 0, SERIAL_NUMBER, header(3).bytes()));
        int start = 0;
        for (; bytes.length - start >= 255; start += 255) {
            byte[] piece = Arrays.copyOfRange(bytes, start, start + 255);
            pages = OggFile.join(pages, OggFile.page(start == 0 ? 0 : OggFile.CONTINUED, -1, SERIAL_NUMBER, piece));
        }
        byte[] rest = Arrays.copyOfRange(bytes, start, bytes.length);
        return OggFile.join(pages, OggFile.page(start == 0 ? 0 : OggFile.CONTINUED, 0, SERIAL_NUMBER, rest));
    }

    private static BitWriter header(int type) {
        BitWriter header = new BitWriter().write(8, type);
        for (byte letter : "vorbis".getBytes(StandardCharsets.US_ASCII)) {
            header.write(8, letter);
        }
        return header;
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> OggFile.decode(file))
                .withMessage(message)
                .matches(refused -> refused.code() == ErrorCode.INVALID_AUDIO);
    }
}
