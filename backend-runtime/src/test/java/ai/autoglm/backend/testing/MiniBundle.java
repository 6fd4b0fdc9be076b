package ai.autoglm.backend.testing;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.checkpoint.SafetensorsFile;
import ai.autoglm.toolkit.checkpoint.StoredTensor;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The embedded model, compiled once for all tests of a module, and what transformers makes of its media.
public final class MiniBundle {
    private static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    private static final Path GOLDEN = ROOT.resolve("model-toolkit/src/test/resources/golden/autoglm-phone-mini");

    private MiniBundle() {}

    public static Bundle compile() {
        return new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compileIfChanged(ROOT.resolve("models/autoglm-phone-mini"), Path.of("target/mini-bundle"));
    }

    /// Names of the golden media.
    ///
    /// @param rows the name of their rows, such as `audio_embeds`
    public static List<String> names(String rows) {
        return tensors().keySet().stream()
                .filter(key -> key.endsWith("." + rows))
                .map(key -> key.substring(0, key.length() - rows.length() - 1))
                .sorted()
                .toList();
    }

    /// A golden medium.
    public static byte[] file(String name) {
        try {
            return Files.readAllBytes(GOLDEN.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// [tokens, H]
    ///
    /// @param rows as [#names] takes it
    public static float[] rows(String name, String rows) {
        StoredTensor tensor = Objects.requireNonNull(tensors().get(name + "." + rows));
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private static Map<String, StoredTensor> tensors() {
        return SafetensorsFile.map(GOLDEN.resolve("golden.safetensors"), Arena.ofAuto());
    }
}
