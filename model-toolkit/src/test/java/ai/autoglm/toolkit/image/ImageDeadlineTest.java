package ai.autoglm.toolkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.deadline.CountedDeadline;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDeadlineTest {
    private final ImagePreprocessor preprocessor = new ImagePreprocessor(GoldenImages.SETTINGS, ImageLimits.DEFAULT);

    static Stream<Named<byte[]>> files() {
        return Stream.of(
                Named.of("png", TestImages.encoded(TestImages.picture(), "png")),
                Named.of("jpeg", TestImages.encoded(TestImages.picture(), "jpg")),
                Named.of("gif", TestImages.encoded(TestImages.picture(), "gif")),
                Named.of("lossy webp", TestImages.webp("lossy")),
                Named.of("lossless webp", TestImages.webp("lossless")));
    }

    @ParameterizedTest
    @MethodSource("files")
    void stopsTheWorkWhereverItPasses(byte[] file) {
        CountedDeadline never = new CountedDeadline(Integer.MAX_VALUE);
        preprocessor.patches(file, never);

        assertThat(never.count()).as("looked at once a row or more often").isGreaterThan(100);
        for (int passesAt = 0; passesAt < never.count(); passesAt++) {
            CountedDeadline deadline = new CountedDeadline(passesAt);
            assertThatThrownBy(() -> preprocessor.patches(file, deadline))
                    .as("look %d", passesAt)
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(deadline.count())
                    .as("little is done after look %d", passesAt)
                    .isLessThan(passesAt + 60);
        }
    }

    /// What a file takes while it is decoded, as its header tells.
    @Test
    void tellsTheMemoryThatAPictureTakes() {
        long pixels = 100 * 50;
        assertThat(preprocessor.workingBytes(TestPng.file(100, 50, 8, TestPng.RGB, rows(50, 300))))
                .isEqualTo(6 * pixels);
        assertThat(preprocessor.workingBytes(TestPng.file(100, 50, 16, TestPng.RGB_ALPHA, rows(50, 800))))
                .isEqualTo(11 * pixels);
        assertThat(preprocessor.workingBytes(TestPng.file(100, 50, 8, TestPng.GREY, rows(50, 100))))
                .isEqualTo(6 * pixels);
        preprocessor.patches(TestPng.file(100, 50, 16, TestPng.RGB_ALPHA, rows(50, 800)), Deadline.NONE);
    }

    private static byte[][] rows(int count, int bytes) {
        return new byte[count][bytes];
    }
}
