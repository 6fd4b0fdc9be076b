package ai.autoglm.toolkit.compile;

import java.nio.file.Path;

/// Where checkpoints and golden vectors are.
final class TestFiles {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Path RESOURCES = ROOT.resolve("model-toolkit/src/test/resources");
    static final Path MINI = ROOT.resolve("models/autoglm-phone-mini");
    static final Path GOLDEN = RESOURCES.resolve("golden/autoglm-phone-mini");

    private TestFiles() {}

    static Path checkpoint(String name) {
        return RESOURCES.resolve("checkpoints").resolve(name);
    }
}
