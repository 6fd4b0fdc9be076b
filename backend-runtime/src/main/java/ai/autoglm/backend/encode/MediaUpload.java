package ai.autoglm.backend.encode;

import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.Supplier;

/// Takes the bytes of one medium as they were announced, or refuses them.
///
/// @param medium as error messages name it: "image" or "audio"
/// @param maxBytes of one medium
/// @param tooLarge the code for more than that
public record MediaUpload(String medium, long maxBytes, ErrorCode tooLarge) {
    /// Refuses what is announced too large.
    ///
    /// @param byteCount announced size; an unsigned 64-bit count above the largest long is negative here
    /// @throws ServingException `tooLarge`
    public void requireWithinLimit(long byteCount) {
        if (byteCount < 0 || byteCount > maxBytes) {
            throw new ServingException(
                    tooLarge,
                    "The " + medium + " has " + Long.toUnsignedString(byteCount) + " bytes; at most " + maxBytes
                            + " are accepted.");
        }
    }

    /// Receives all bytes; never more than announced are held.
    ///
    /// @param byteCount announced size
    /// @param sha256 announced digest
    /// @param chunks each call waits for the next chunk; empty at the end
    /// @throws ServingException `tooLarge` before the first byte; INTERNAL when the bytes are not those
    ///     announced
    public byte[] receive(long byteCount, ByteString sha256, Supplier<Optional<ByteString>> chunks) {
        requireWithinLimit(byteCount);
        byte[] bytes = new byte[Math.toIntExact(byteCount)];
        int received = 0;
        for (Optional<ByteString> chunk = chunks.get(); chunk.isPresent(); chunk = chunks.get()) {
            ByteString next = chunk.get();
            if (next.size() > bytes.length - received) {
                throw notAsAnnounced("are more than the " + byteCount + " announced");
            }
            next.copyTo(bytes, received);
            received += next.size();
        }
        if (received < bytes.length) {
            throw notAsAnnounced("end after " + received + " of " + byteCount);
        }
        if (!ByteString.copyFrom(Sha256.begin().digest(bytes)).equals(sha256)) {
            throw notAsAnnounced("do not have the SHA-256 announced");
        }
        return bytes;
    }

    private ServingException notAsAnnounced(String difference) {
        return new ServingException(ErrorCode.INTERNAL, "The bytes of the " + medium + " " + difference + ".");
    }
}
