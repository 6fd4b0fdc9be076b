package ai.autoglm.gateway.http;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who may use the endpoint. Keys are kept and compared as digests, in constant time. Source: API.md 6.5.
@Singleton
final class ApiKeys {
    private static final String SCHEME = "Bearer ";

    private final List<byte[]> digests;

    ApiKeys(HttpConfig config) {
        this.digests =
                config.apiKeys().orElse(List.of()).stream().map(ApiKeys::digest).toList();
    }

    /// @param authorization value of the header of that name
    /// @throws ServingException INVALID_API_KEY unless it carries one of the keys, or there are none
    void check(@Nullable String authorization) {
        if (digests.isEmpty()) {
            return;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new ServingException(
                    ErrorCode.INVALID_API_KEY,
                    "No API key was given: send it in the header 'Authorization: Bearer <key>'.");
        }
        byte[] given = digest(authorization.substring(SCHEME.length()).strip());
        boolean known = false;
        for (byte[] digest : digests) {
            known |= MessageDigest.isEqual(digest, given);
        }
        if (!known) {
            throw new ServingException(ErrorCode.INVALID_API_KEY, "The API key is not valid.");
        }
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
