package ai.autoglm.gateway.auth;

import ai.autoglm.toolkit.digest.Sha256;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A key that clients may use. The key itself is not kept.
///
/// @param sha256 of the key in UTF-8
record ApiKey(Caller owner, ByteString sha256, KeySettings settings) {
    static ApiKey of(String name, String key) {
        return new ApiKey(new Caller(name), digest(key), KeySettings.NONE);
    }

    /// Takes the same time for every key.
    boolean matches(ByteString givenSha256) {
        return MessageDigest.isEqual(sha256.toByteArray(), givenSha256.toByteArray());
    }

    static ByteString digest(String key) {
        return ByteString.copyFrom(Sha256.begin().digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
