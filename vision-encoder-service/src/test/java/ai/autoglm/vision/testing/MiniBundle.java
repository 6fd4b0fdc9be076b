package ai.autoglm.vision.testing;

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

/// The embedded model, compiled once for all tests of this module, and what transformers makes of its
/// images.
public final class MiniBundle {
    private static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    private static final Path GOLDEN = ROOT.resolve("model-toolkit/src/test/resources/golden/autoglm-phone-mini");

    private MiniBundle() {}

    public static Bundle compile() {
        return new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compileIfChanged(ROOT.resolve("models/autoglm-phone-mini"), Path.of("target/mini-bundle"));
    }

    /// Names of the golden images whose pixels are defined to the last level.
    public static List<String> imageNames() {
        return tensors().keySet().stream()
                .filter(key -> key.endsWith(".image_embeds") && !key.startsWith("alpha.png"))
                .map(key -> key.substring(0, key.length() - ".image_embeds".length()))
                .sorted()
                .toList();
    }

    public static byte[] image(String name) {
        try {
            return Files.readAllBytes(GOLDEN.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// [tokens, H]
    public static float[] imageRows(String name) {
        StoredTensor rows = Objects.requireNonNull(tensors().get(name + ".image_embeds"));
        return rows.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private static Map<String, StoredTensor> tensors() {
        return SafetensorsFile.map(GOLDEN.resolve("golden.safetensors"), Arena.ofAuto());
    }
}
