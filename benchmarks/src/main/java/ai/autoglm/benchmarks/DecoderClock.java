package ai.autoglm.benchmarks;

import ai.autoglm.decoder.model.DecodeRow;
import ai.autoglm.decoder.model.EmbeddingTable;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.MropePositions;
import ai.autoglm.toolkit.position.PositionRun.TextRun;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Times a bundle's decoder alone, one sequence at a time.
final class DecoderClock implements AutoCloseable {
    private static final int PROMPT_ROWS = 256;
    private static final int STEPS = 16;

    private final Arena arena = Arena.ofShared();
    private final Precision precision;
    private final double megabytes;
    private final OnnxDecoderModel model;
    private final Tensor prompt;
    private final List<Double> steps = new ArrayList<>();
    private final List<Double> prefills = new ArrayList<>();

    DecoderClock(Bundle bundle, Engine engine) throws IOException {
        BundleManifest manifest = bundle.manifest();
        precision = manifest.precision();
        Path decoder = bundle.decoder();
        megabytes = Files.size(decoder.resolveSibling(decoder.getFileName() + ".data")) / 1e6;
        DecoderLimits limits = new DecoderLimits(1, PROMPT_ROWS, PROMPT_ROWS + STEPS);
        int width = manifest.decoder().hiddenSize();
        model = new OnnxDecoderModel(
                engine.open(new BundleParts(bundle).decoder(limits)),
                manifest.decoder(),
                EmbeddingTable.open(
                        bundle.embedTokens(),
                        precision.rowType(),
                        manifest.decoder().vocabularySize(),
                        width),
                precision.kvType(),
                limits);
        prompt = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, PROMPT_ROWS, width));
        for (int row = 0; row < PROMPT_ROWS; row++) {
            long rowBytes = (long) width * Float.BYTES;
            model.embed(row, prompt.data().asSlice(row * rowBytes, rowBytes));
        }
        run(); // the first run prepares weights
    }

    void measure() {
        double[] milliseconds = run();
        prefills.add(milliseconds[0]);
        steps.add(milliseconds[1]);
    }

    /// Milliseconds of a prefill, and of a step on average.
    private double[] run() {
        MropePositions positions = MropePositions.of(List.of(new TextRun(PROMPT_ROWS)));
        long start = System.nanoTime();
        model.prefill(0, 0, prompt, positions, 1);
        long middle = System.nanoTime();
        for (int step = 0; step < STEPS; step++) {
            model.decode(List.of(new DecodeRow(0, PROMPT_ROWS + step, 1, PROMPT_ROWS + step)));
        }
        long end = System.nanoTime();
        return new double[] {(middle - start) / 1e6, (end - middle) / 1e6 / STEPS};
    }

    Precision precision() {
        return precision;
    }

    /// Size of the decoder's weights in its bundle.
    double megabytes() {
        return megabytes;
    }

    Median step() {
        return median(steps);
    }

    Median prefill() {
        return median(prefills);
    }

    private static Median median(List<Double> values) {
        return Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() {
        model.close();
        arena.close();
    }
}
