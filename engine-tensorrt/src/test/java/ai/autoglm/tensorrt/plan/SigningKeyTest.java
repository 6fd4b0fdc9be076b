package ai.autoglm.tensorrt.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningKeyTest {
    @TempDir
    private Path folder;

    @Test
    void aKeyIsMadeOnceAndOnlyItsOwnerReadsIt() throws IOException {
        Path file = folder.resolve("engines/plan.key");
        byte[] first = signature(SigningKey.find(Map.of(), file));

        assertThat(signature(SigningKey.find(Map.of(), file))).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aSecretsFileMayEndWithANewline() throws IOException {
        Path file = folder.resolve("secret");
        Files.writeString(file, "s".repeat(40) + "\n");
        byte[] fromFile =
                signature(SigningKey.find(Map.of(SigningKey.FILE_VARIABLE, file.toString()), folder.resolve("unused")));

        assertThat(fromFile)
                .isEqualTo(signature(
                        SigningKey.find(Map.of(SigningKey.VARIABLE, "s".repeat(40)), folder.resolve("unused"))));
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> SigningKey.find(Map.of(SigningKey.VARIABLE, "short"), folder.resolve("unused")))
                .hasMessage(
                        "The plan key of AUTOGLM_PLAN_KEY has 5 bytes, but 32 are the least that cannot be guessed.");
    }

    private static byte[] signature(SigningKey key) {
        SigningKey.Signature signature = key.begin();
        signature.update(new byte[] {1, 2, 3});
        return signature.finish();
    }
}
