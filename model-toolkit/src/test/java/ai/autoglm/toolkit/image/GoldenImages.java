package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.compile.GoldenTensors;
import ai.autoglm.toolkit.compile.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/// The images of the golden data, and what the reference implementation made of them.
final class GoldenImages {
    static final List<String> FILES = List.of(
            "alpha.png",
            "home.png",
            "odd0.png",
            "odd1.png",
            "odd2.png",
            "odd3.png",
            "screen0.png",
            "screen1.png",
            "screen2.png",
            "screen3.png",
            "screen4.png");

    /// `models/autoglm-phone-mini/preprocessor_config.json`.
    static final ImagePreprocessing SETTINGS = new ImagePreprocessing(
            12_544,
            130_000,
            14,
            2,
            2,
            List.of(0.48145467f, 0.4578275f, 0.40821072f),
            List.of(0.26862955f, 0.2613026f, 0.2757771f));

    private GoldenImages() {}

    static byte[] file(String name) {
        try {
            return Files.readAllBytes(TestFiles.golden(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// [patch, value]: the resized levels in patch order.
    static byte[] pixelLevels(String name) {
        return GoldenTensors.mini().bytes(name + ".pixel_levels");
    }
}
