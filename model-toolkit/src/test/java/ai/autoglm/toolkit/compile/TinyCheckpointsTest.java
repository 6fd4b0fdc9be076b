package ai.autoglm.toolkit.compile;

import static ai.autoglm.toolkit.compile.Closeness.maxDifference;
import static ai.autoglm.toolkit.compile.Closeness.scale;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings.Arithmetic;
import ai.autoglm.toolkit.position.PatchGrid;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random checkpoints in the spellings that real ones come in, against what transformers computes from them.
class TinyCheckpointsTest {
    private final Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"glm4v-rope-parameters-sharded", "glm4v-rope-scaling", "glm4v-flat", "llama-tied"})
    void everyLogitEqualsTransformers(String name) throws IOException {
        Bundle bundle = compile(name);
        GoldenTensors golden = golden(name);
        float[] expected = golden.floats("logits");
        long[] ids = golden.longs("input_ids");
        int vocabulary = bundle.manifest().decoder().vocabularySize();

        float[] actual = new float[expected.length];
        try (ModelSession session = engine.open(new BundleParts(bundle).decoder(new DecoderLimits(1, 128, 127)));
                DecoderRun run = new DecoderRun(bundle, session)) {
            Prompt prompt = prompt(bundle, golden, ids);
            for (int token = 0; token < ids.length; token++) {
                float[] logits = run.feed(prompt.row(token), prompt.position(token));
                System.arraycopy(logits, 0, actual, token * vocabulary, vocabulary);
            }
        }

        assertThat(maxDifference(actual, expected)).isLessThan(1e-4f * scale(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"glm4v-rope-parameters-sharded", "glm4v-flat", "llama-tied"})
    void oneChunkGivesTheSameLogitsAsSingleSteps(String name) throws IOException {
        Bundle bundle = compile(name);
        GoldenTensors golden = golden(name);
        long[] ids = golden.longs("input_ids");
        float[] all = golden.floats("logits");
        int vocabulary = bundle.manifest().decoder().vocabularySize();
        float[] expected = Arrays.copyOfRange(all, all.length - vocabulary, all.length);

        try (ModelSession session = engine.open(new BundleParts(bundle).decoder(new DecoderLimits(1, 128, 127)));
                DecoderRun run = new DecoderRun(bundle, session)) {
            Prompt prompt = prompt(bundle, golden, ids);
            float[] logits = run.feed(prompt.embeddings, prompt.positions);

            assertThat(maxDifference(logits, expected)).isLessThan(1e-4f * scale(all));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"glm4v-rope-parameters-sharded", "llama-tied"})
    void oneRunGivesTheLogitsOfEveryRow(String name) throws IOException {
        Bundle bundle = compile(name);
        GoldenTensors golden = golden(name);
        long[] ids = golden.longs("input_ids");
        float[] expected = golden.floats("logits");

        try (ModelSession session = engine.open(new BundleParts(bundle).decoder(new DecoderLimits(1, 128, 127)));
                DecoderRun run = new DecoderRun(bundle, session)) {
            Prompt prompt = prompt(bundle, golden, ids);
            float[] logits = run.feed(prompt.embeddings, prompt.positions, ids.length);

            assertThat(maxDifference(logits, expected)).isLessThan(1e-4f * scale(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"glm4v-rope-parameters-sharded", "glm4v-rope-scaling", "glm4v-flat"})
    void imageEmbeddingsEqualTransformers(String name) {
        Bundle bundle = compile(name);
        GoldenTensors golden = golden(name);
        VisionSpec spec = Objects.requireNonNull(bundle.manifest().vision());
        float[] pixels = golden.floats("pixel_values");
        long[] grids = golden.longs("grid");
        float[] expected = golden.floats("image_embeds");

        FloatBuffer actual = FloatBuffer.allocate(expected.length);
        try (ModelSession session = engine.open(new BundleParts(bundle).visionEncoder())) {
            int start = 0;
            for (int image = 0; image < grids.length / 3; image++) {
                PatchGrid grid =
                        new PatchGrid((int) grids[image * 3 + 1], (int) grids[image * 3 + 2], spec.mergeSize());
                int values = grid.patchCount() * spec.patchValueCount();
                float[] patches = Arrays.copyOfRange(pixels, start, start + values);
                actual.put(new VisionRun(bundle, session).encode(grid, patches));
                start += values;
            }
        }

        assertThat(maxDifference(actual.array(), expected)).isLessThan(1e-4f * scale(expected));
    }

    /// Bounds are twice what was measured, but for fp32 arithmetic on weights that bf16 and fp16 hold exactly. The
    /// tiny models' weights are random, which costs four-bit integers most: each matrix loses 0.095 of its norm.
    /// Matrices of `llama-tied` have 72 and 160 inputs, no multiple of a block, and stay as they are.
    @ParameterizedTest
    @CsvSource({
        "glm4v-flat, INT8, FAST, 0.032",
        "glm4v-flat, INT8, AS_WRITTEN, 0.026",
        "glm4v-flat, INT4, FAST, 0.31",
        "glm4v-flat, INT4, AS_WRITTEN, 0.31",
        "glm4v-flat, FP16, AS_WRITTEN, 0.0013",
        "glm4v-flat, FP16, FAST, 1e-4",
        "glm4v-flat, BF16, FAST, 1e-4",
        "glm4v-flat, INT4_FP16, AS_WRITTEN, 0.32",
        "llama-tied, INT8, FAST, 1e-4",
        "llama-tied, INT4, FAST, 1e-4",
        "llama-tied, FP16, AS_WRITTEN, 0.0013",
        "llama-tied, INT4_FP16, AS_WRITTEN, 0.0013"
    })
    void logitsOfEveryPrecisionAreCloseToTransformers(
            String name, Precision precision, Arithmetic arithmetic, float bound) throws IOException {
        Bundle bundle = compile(name, precision);
        GoldenTensors golden = golden(name);
        long[] ids = golden.longs("input_ids");
        float[] all = golden.floats("logits");
        float[] expected =
                Arrays.copyOfRange(all, all.length - bundle.manifest().decoder().vocabularySize(), all.length);
        ElementType kvType = arithmetic == Arithmetic.AS_WRITTEN ? precision.kvType() : ElementType.FLOAT32;

        try (Engine own = new OnnxRuntimeEngine(new OnnxRuntimeSettings(0, false, arithmetic));
                ModelSession session = own.open(new BundleParts(bundle).decoder(new DecoderLimits(1, 128, 127)));
                DecoderRun run = new DecoderRun(bundle, session, kvType)) {
            Prompt prompt = prompt(bundle, golden, ids);
            float[] logits = run.feed(prompt.embeddings, prompt.positions);

            assertThat(maxDifference(logits, expected)).isLessThan(bound * scale(all));
        }
    }

    private Bundle compile(String name) {
        return compile(name, Precision.FP32);
    }

    private Bundle compile(String name, Precision precision) {
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compile(TestFiles.checkpoint(name), directory.resolve(name));
    }

    private static GoldenTensors golden(String name) {
        return new GoldenTensors(TestFiles.checkpoint(name).resolve("golden.safetensors"));
    }

    private static final class Prompt {
        private final float[] embeddings; // [token, hidden]
        private final int[][] positions; // [axis, token]
        private final int hiddenSize;

        Prompt(int tokens, int hiddenSize) {
            this.embeddings = new float[tokens * hiddenSize];
            this.positions = new int[3][tokens];
            this.hiddenSize = hiddenSize;
        }

        float[] row(int token) {
            return Arrays.copyOfRange(embeddings, token * hiddenSize, (token + 1) * hiddenSize);
        }

        int[][] position(int token) {
            return new int[][] {{positions[0][token]}, {positions[1][token]}, {positions[2][token]}};
        }
    }

    /// Embeddings of the ids, image rows replaced by golden's, with golden's positions where it has any.
    private static Prompt prompt(Bundle bundle, GoldenTensors golden, long[] ids) throws IOException {
        int hidden = bundle.manifest().decoder().hiddenSize();
        FloatView table = new FloatView(
                bundle.manifest().precision().rowType(),
                MemorySegment.ofArray(Files.readAllBytes(bundle.embedTokens())));
        Integer image = bundle.manifest().tokens().image();
        float[] imageRows = image == null ? new float[0] : golden.floats("image_embeds");
        Prompt prompt = new Prompt(ids.length, hidden);
        int imageRow = 0;
        for (int token = 0; token < ids.length; token++) {
            boolean media = image != null && ids[token] == image;
            for (int column = 0; column < hidden; column++) {
                prompt.embeddings[token * hidden + column] =
                        media ? imageRows[imageRow * hidden + column] : table.at(ids[token] * hidden + column);
            }
            imageRow += media ? 1 : 0;
            for (int axis = 0; axis < 3; axis++) {
                prompt.positions[axis][token] =
                        golden.has("positions") ? (int) golden.longs("positions")[axis * ids.length + token] : token;
            }
        }
        return prompt;
    }
}
