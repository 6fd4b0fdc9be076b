package ai.autoglm.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of the repository.
public final class TestFiles {
    private static final Path ROOT = Path.of(System.getProperty("autoglm.root"));

    private TestFiles() {}

    /// An input of the embedded model's golden data, such as `screen1.png`.
    public static byte[] golden(String name) {
        try {
            return Files.readAllBytes(ROOT.resolve("model-toolkit/src/test/resources/golden/autoglm-phone-mini")
                    .resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
