package ai.autoglm.gateway.testing;

import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.bundle.GenerationDefaults;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The parts of a bundle that a gateway opens, made from the embedded model's files.
public final class TestBundle {
    public static final String ID = "b".repeat(64);

    private static final Path CHECKPOINT = Path.of(System.getProperty("autoglm.root"), "models", "autoglm-phone-mini");

    private TestBundle() {}

    private static final class SharedTokenizer {
        static final Tokenizer INSTANCE = Tokenizer.load(CHECKPOINT.resolve("tokenizer.json"));
    }

    public static Tokenizer tokenizer() {
        return SharedTokenizer.INSTANCE;
    }

    /// Writes the bundle to a new directory.
    public static Path create() {
        return create(ID);
    }

    /// The bundle under another id.
    public static Path create(String id) {
        return create(id, CHECKPOINT.resolve("chat_template.jinja"));
    }

    /// The bundle with another chat template.
    public static Path create(Path template) {
        return create(ID, template);
    }

    private static Path create(String id, Path template) {
        try {
            Path directory = Files.createTempDirectory("bundle");
            JsonMapper.builder()
                    .build()
                    .writeValue(directory.resolve("bundle.json").toFile(), manifest(id));
            Files.copy(CHECKPOINT.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
            Files.copy(template, directory.resolve("chat_template.jinja"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BundleManifest manifest(String id) {
        return new BundleManifest(
                BundleManifest.FORMAT_VERSION,
                id,
                "autoglm-phone-mini",
                "c".repeat(64),
                "Glm4vForConditionalGeneration",
                Precision.FP32,
                ContentFormat.PARTS,
                new DecoderSpec(2_048, 256, 6, 4, 2, 64, 32_768, new RotarySpec(10_000, 32, true, List.of(4, 6, 6))),
                new VisionSpec(
                        64, 24, 14, 2, 2, 12_544, 130_000, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)),
                new AudioSpec(16_000, 160, 400, 80, 6, 75),
                new FusionSpec(4, 64),
                new TokenSpec(List.of(2025, 2032, 2034, 2047), 2039, 2043),
                new GenerationDefaults(0, 1, 0, 1));
    }
}
