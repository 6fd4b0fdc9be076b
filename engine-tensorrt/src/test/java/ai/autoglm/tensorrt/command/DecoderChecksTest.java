package ai.autoglm.tensorrt.command;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checks of the first hour on a GPU, with ONNX Runtime in its place: they must find nothing wrong there.
final class DecoderChecksTest {
    @TempDir
    private Path folder;

    @Test
    void findNothingWrongWithAnEngineThatIsRight() {
        Path mini = Path.of(System.getProperty("autoglm.root")).resolve("models/autoglm-phone-mini");
        Bundle bundle = new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compile(mini, folder.resolve("mini"));
        DecoderSpec spec = bundle.manifest().decoder();
        DecoderLimits limits = new DecoderLimits(6, 64, 200);

        List<DecoderChecks.Check> checks;
        try (Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());
                DecoderProbe probe = new DecoderProbe(
                        engine.open(new BundleParts(bundle).decoder(limits)), spec, ElementType.FLOAT32, limits);
                DecoderProbe other = new DecoderProbe(
                        engine.open(new BundleParts(bundle).decoder(limits)), spec, ElementType.FLOAT32, limits)) {
            assertThat(probe.secondsOfDecode(List.of(0, 1, 2), 60, 2, 3)).isBetween(1e-9, 60.0);
            checks = new DecoderChecks(probe, Precision.FP32, limits.slotCount(), limits.chunkRows()).compare(other);
        }

        assertThat(checks).hasSize(5).allSatisfy(check -> {
            assertThat(check.difference()).as(check.name()).isLessThan(1e-4);
            assertThat(check.isGood()).isTrue();
        });
    }

    @Test
    void aWrongAnswerIsSeen() {
        assertThat(DecoderChecks.difference(new float[] {1, 2}, new float[] {1, 4}))
                .isEqualTo(0.5);
        assertThat(DecoderChecks.difference(new float[] {Float.NaN}, new float[] {1}))
                .isNaN();
        assertThat(new DecoderChecks.Check("prefill", Double.NaN, 1))
                .hasToString("| prefill | NaN | 1e+00 | **FAILED** |");
        assertThat(new DecoderChecks.Check("prefill", 0.03, 2e-2).isGood()).isFalse();
    }
}
