package ai.autoglm.tensorrt.command;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shape that is measured with, a hundred times smaller.
final class RandomCheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void compilesLikeTheRealOne() throws IOException {
        Path mini = Path.of(System.getProperty("autoglm.root")).resolve("models/autoglm-phone-mini/tokenizer.json");
        Path checkpoint = folder.resolve("checkpoint");
        new RandomCheckpoint(new RandomCheckpoint.Sizes(2, 256, 8, 2, 128, 2048, 2, 128, 4)).write(checkpoint, mini);

        Bundle bundle = new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compile(checkpoint, folder.resolve("bundle"));

        assertThat(bundle.manifest().decoder().layerCount()).isEqualTo(2);
        assertThat(bundle.manifest().decoder().kvHeadCount()).isEqualTo(2);
        assertThat(Objects.requireNonNull(bundle.manifest().vision()).patchValueCount())
                .isEqualTo(1176);
    }
}
