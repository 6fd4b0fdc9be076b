package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret that plans are signed with. A plan is native code: whoever can write plans but does not know this key
/// cannot make a process run them.
public final class SigningKey {
    /// Environment variable with the key itself, or with the path of a file that has it.
    public static final String VARIABLE = "AUTOGLM_PLAN_KEY";

    public static final String FILE_VARIABLE = "AUTOGLM_PLAN_KEY_FILE";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BYTES = 32;

    private final byte[] secret;

    private SigningKey(byte[] secret) {
        this.secret = secret.clone();
    }

    /// The key that the environment names; without one, that of the file, which is made when there is none.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when it is shorter than 32 bytes or cannot be read
    public static SigningKey find(Map<String, String> environment, Path file) {
        String text = environment.get(VARIABLE);
        String path = environment.get(FILE_VARIABLE);
        if (text != null) {
            return of(text.getBytes(StandardCharsets.UTF_8), VARIABLE);
        }
        return path == null ? readOrMake(file) : read(Path.of(path));
    }

    private static SigningKey of(byte[] secret, String origin) {
        if (secret.length < MIN_BYTES) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The plan key of " + origin + " has " + secret.length + " bytes, but " + MIN_BYTES
                            + " are the least that cannot be guessed.");
        }
        return new SigningKey(secret);
    }

    private static SigningKey read(Path file) {
        try {
            return of(strip(Files.readAllBytes(file)), file.toString());
        } catch (IOException e) {
            throw new ServingException(ErrorCode.INVALID_CONFIGURATION, "The plan key " + file + " cannot be read.", e);
        }
    }

    /// Editors and secrets end files with a newline.
    private static byte[] strip(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    private static SigningKey readOrMake(Path file) {
        byte[] secret = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(secret);
        if (Files.isRegularFile(file)) {
            return read(file);
        }
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path made = Files.createTempFile(
                    folder,
                    "plan",
                    ".key",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(made, HexFormat.of().formatHex(secret));
                // Whole or not there, and the first one stays: another process may be making one, too.
                Files.createLink(file, made);
            } finally {
                Files.delete(made);
            }
        } catch (FileAlreadyExistsException e) {
            return read(file);
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "The plan key " + file + " cannot be written.", e);
        }
        return read(file);
    }

    /// Starts a signature over what is given to it.
    Signature begin() {
        return new Signature(secret);
    }

    /// A signature in the making.
    static final class Signature {
        private final Mac mac;

        private Signature(byte[] secret) {
            try {
                mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(secret, ALGORITHM));
            } catch (NoSuchAlgorithmException | InvalidKeyException e) {
                throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
            }
        }

        void update(byte[] bytes) {
            mac.update(bytes);
        }

        void update(ByteBuffer bytes) {
            mac.update(bytes);
        }

        byte[] finish() {
            return mac.doFinal();
        }
    }
}
