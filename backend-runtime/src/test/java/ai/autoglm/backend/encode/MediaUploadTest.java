package ai.autoglm.backend.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MediaUploadTest {
    private static final MediaUpload UPLOAD = new MediaUpload("image", 6, ErrorCode.IMAGE_FILE_TOO_LARGE);

    @Test
    void joinsChunksInOrder() {
        assertThat(receive(6, sha256("abcdef"), "ab", "", "cdef")).asString().isEqualTo("abcdef");
    }

    @Test
    void takesAMediumWithoutBytes() {
        assertThat(receive(0, sha256(""))).isEmpty();
    }

    @Test
    void refusesAnAnnouncementAboveTheLimit() {
        assertThatThrownBy(() -> receive(7, sha256("abcdefg"), "abcdefg"))
                .hasMessage("The image has 7 bytes; at most 6 are accepted.")
                .extracting(error -> ((ServingException) error).code())
                .isEqualTo(ErrorCode.IMAGE_FILE_TOO_LARGE);
        assertThatThrownBy(() -> receive(-1, sha256(""))).hasMessageContaining("18446744073709551615 bytes");
    }

    @Test
    void refusesBytesThatWereNotAnnounced() {
        assertNotAsAnnounced(3, sha256("abcd"), "are more than the 3 announced", "ab", "cd");
        assertNotAsAnnounced(5, sha256("abcd"), "end after 4 of 5", "ab", "cd");
        assertNotAsAnnounced(4, sha256("abce"), "do not have the SHA-256 announced", "ab", "cd");
        assertNotAsAnnounced(4, ByteString.EMPTY, "do not have the SHA-256 announced", "ab", "cd");
    }

    private static void assertNotAsAnnounced(int byteCount, ByteString sha256, String difference, String... chunks) {
        assertThatThrownBy(() -> receive(byteCount, sha256, chunks))
                .hasMessage("The bytes of the image " + difference + ".")
                .extracting(error -> ((ServingException) error).code())
                .isEqualTo(ErrorCode.INTERNAL);
    }

    private static byte[] receive(long byteCount, ByteString sha256, String... chunks) {
        Iterator<ByteString> next =
                Arrays.stream(chunks).map(ByteString::copyFromUtf8).iterator();
        return UPLOAD.receive(byteCount, sha256, () -> next.hasNext() ? Optional.of(next.next()) : Optional.empty());
    }

    private static ByteString sha256(String text) {
        return ByteString.copyFrom(
                Hashing.sha256().hashBytes(text.getBytes(UTF_8)).asBytes());
    }
}
