package ai.autoglm.toolkit.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Where checkpoints and golden vectors are.
public final class TestFiles {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Path RESOURCES = ROOT.resolve("model-toolkit/src/test/resources");
    static final Path MINI = ROOT.resolve("models/autoglm-phone-mini");
    private static final Path GOLDEN = RESOURCES.resolve("golden/autoglm-phone-mini");

    private TestFiles() {}

    /// A file of the embedded model's golden data, such as `golden.json`.
    public static Path golden(String name) {
        return GOLDEN.resolve(name);
    }

    static Path checkpoint(String name) {
        return RESOURCES.resolve("checkpoints").resolve(name);
    }

    /// A copy of a checkpoint in a folder of a test, which may change it.
    static Path copyOfCheckpoint(Path directory, String name) throws IOException {
        Path target = Files.createDirectories(directory.resolve(name));
        try (Stream<Path> files = Files.list(checkpoint(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return target;
    }
}
