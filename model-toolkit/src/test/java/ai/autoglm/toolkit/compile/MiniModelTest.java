package ai.autoglm.toolkit.compile;

import static ai.autoglm.toolkit.compile.Closeness.maxDifference;
import static ai.autoglm.toolkit.compile.Closeness.scale;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.PatchGrid;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The encoders of the embedded model against what transformers computes from the same weights.
class MiniModelTest {
    private static final GoldenTensors GOLDEN = GoldenTensors.mini();

    @TempDir
    private static Path directory;

    private static Bundle bundle;
    private static Engine engine;

    private final Arena arena = Arena.ofAuto();

    @BeforeAll
    static void compile() {
        bundle = new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compile(TestFiles.MINI, directory.resolve("bundle"));
        engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "screen0.png,26,12",
        "screen1.png,26,12",
        "alpha.png,26,12",
        "odd0.png,14,20",
        "odd1.png,26,10",
        "odd2.png,22,2",
        "odd3.png,8,8"
    })
    void imageEmbeddingsEqualTransformers(String image, int rows, int columns) {
        float[] expected = GOLDEN.floats(image + ".image_embeds");

        float[] actual = encode(bundle, image, rows, columns);

        assertThat(maxDifference(actual, expected)).isLessThan(1e-3f * scale(expected));
    }

    /// Encoders of bundles for GPUs run on CPUs in fp32, from weights that are bf16 in the checkpoint. Activations of
    /// eight bits have one scale for a whole image: 0.058 was measured.
    @ParameterizedTest
    @CsvSource({"BF16,1e-3", "FP16,1e-3", "INT8,0.12"})
    void imageEmbeddingsOfOtherPrecisionsAreClose(Precision precision, float bound) {
        Bundle other = new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compile(TestFiles.MINI, directory.resolve(precision.toString()));
        float[] expected = GOLDEN.floats("screen0.png.image_embeds");

        float[] actual = encode(other, "screen0.png", 26, 12);

        assertThat(maxDifference(actual, expected)).isLessThan(bound * scale(expected));
    }

    private static float[] encode(Bundle bundle, String image, int rows, int columns) {
        VisionSpec spec = Objects.requireNonNull(bundle.manifest().vision());
        byte[] levels = GOLDEN.bytes(image + ".pixel_levels");
        float[] pixels = new float[levels.length];
        int channelValues = spec.patchValueCount() / 3;
        for (int index = 0; index < levels.length; index++) {
            int channel = index % spec.patchValueCount() / channelValues;
            float level = (levels[index] & 0xff) / 255f;
            pixels[index] = (level - spec.mean().get(channel))
                    / spec.standardDeviation().get(channel);
        }
        PatchGrid grid = new PatchGrid(rows, columns, spec.mergeSize());
        try (ModelSession session = engine.open(new BundleParts(bundle).visionEncoder())) {
            return new VisionRun(bundle, session).encode(grid, pixels);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"speech0.wav", "speech1.wav", "speech2.wav", "command.wav", "long.wav"})
    void audioEmbeddingsEqualTransformers(String audio) {
        float[] mel = GOLDEN.floats(audio + ".log_mel");
        float[] expected = GOLDEN.floats(audio + ".audio_embeds");
        int hidden = bundle.manifest().decoder().hiddenSize();
        int window = 80 * 600;
        float[] actual = new float[0];
        try (ModelSession session = engine.open(new BundleParts(bundle).audioEncoder())) {
            for (int start = 0; start < mel.length; start += window) {
                Tensor rows = floats(75, hidden);
                session.run(
                        Map.of("log_mel", floats(Arrays.copyOfRange(mel, start, start + window), 1, 80, 600)),
                        Map.of("audio_embeds", rows));
                float[] all = rows.data().toArray(ValueLayout.JAVA_FLOAT);
                int valid = Math.min(all.length, expected.length - actual.length);
                float[] longer = Arrays.copyOf(actual, actual.length + valid);
                System.arraycopy(all, 0, longer, actual.length, valid);
                actual = longer;
            }
        }

        assertThat(maxDifference(actual, expected)).isLessThan(1e-3f * scale(expected));
    }

    private Tensor floats(long... shape) {
        return Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(shape));
    }

    private Tensor floats(float[] values, long... shape) {
        Tensor tensor = floats(shape);
        tensor.floats().put(values);
        return tensor;
    }
}
