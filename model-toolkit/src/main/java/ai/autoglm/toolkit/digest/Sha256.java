package ai.autoglm.toolkit.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256, which every Java platform has. Source: `java.security.MessageDigest`.
public final class Sha256 {
    private Sha256() {}

    /// A digest that has read nothing yet. For one thread.
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
