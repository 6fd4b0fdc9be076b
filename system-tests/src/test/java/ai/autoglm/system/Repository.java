package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where things lie in the repository.
final class Repository {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Path CHECKPOINT = ROOT.resolve("models/autoglm-phone-mini");
    /// What the tests leave behind.
    static final Path OUTPUT = ROOT.resolve("system-tests/target");
    /// What transformers computes from the embedded model, and the files that it was shown.
    static final Path GOLDEN = ROOT.resolve("model-toolkit/src/test/resources/golden/autoglm-phone-mini");

    private static final Path RESOURCES = ROOT.resolve("model-toolkit/src/test/resources");

    private Repository() {}

    static Path jar(Service service) {
        return ROOT.resolve(service.label() + "-service/target/quarkus-app/quarkus-run.jar");
    }

    /// A file of the golden data.
    static byte[] golden(String name) {
        return read(GOLDEN.resolve(name));
    }

    /// A file of the audio formats that the toolkit is tested with.
    static byte[] audio(String name) {
        return read(RESOURCES.resolve("audio").resolve(name));
    }

    /// A file of the image formats that the toolkit is tested with.
    static byte[] image(String name) {
        return read(RESOURCES.resolve("image").resolve(name));
    }

    /// A text that only these tests use.
    static String text(String name) {
        return new String(read(ROOT.resolve("system-tests/src/test/resources").resolve(name)), StandardCharsets.UTF_8);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
