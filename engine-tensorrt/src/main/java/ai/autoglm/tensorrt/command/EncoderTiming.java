package ai.autoglm.tensorrt.command;

import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.PositionInterpolation;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// How long the towers take for empty media: the work does not depend on what a picture shows.
final class EncoderTiming {
    private static final int ROUNDS = 5;

    private final Engine engine;
    private final Bundle bundle;

    EncoderTiming(Engine engine, Bundle bundle) {
        this.engine = engine;
        this.bundle = bundle;
    }

    List<String> images() {
        VisionSpec spec = Objects.requireNonNull(bundle.manifest().vision());
        long patches = new BundleParts(bundle).visionEncoder().limit("N") / 2 / 4 * 4;
        try (ModelSession session = engine.open(new BundleParts(bundle).visionEncoder());
                Arena arena = Arena.ofConfined()) {
            Map<String, Tensor> inputs = Map.of(
                    "pixel_values", floats(arena, patches, spec.patchValueCount()),
                    "rope_cos", floats(arena, 1, patches, spec.headDimension() / 2),
                    "rope_sin", floats(arena, 1, patches, spec.headDimension() / 2),
                    "position_index",
                            Tensor.allocate(
                                    arena, ElementType.INT64, Shape.of(PositionInterpolation.TAP_COUNT, patches)),
                    "position_weight", floats(arena, PositionInterpolation.TAP_COUNT, patches, 1));
            Map<String, Tensor> outputs = Map.of(
                    "image_embeds",
                    floats(
                            arena,
                            patches / spec.mergeSize() / spec.mergeSize(),
                            bundle.manifest().decoder().hiddenSize()));
            return table("images of " + patches + " patches", session, inputs, outputs);
        }
    }

    List<String> windows() {
        AudioSpec spec = Objects.requireNonNull(bundle.manifest().audio());
        int frames = spec.samplingRate() * spec.windowSeconds() / spec.hopLength();
        try (ModelSession session = engine.open(new BundleParts(bundle).audioEncoder());
                Arena arena = Arena.ofConfined()) {
            return table(
                    "windows",
                    session,
                    Map.of("log_mel", floats(arena, 1, spec.melBinCount(), frames)),
                    Map.of(
                            "audio_embeds",
                            floats(
                                    arena,
                                    spec.maxTokensPerWindow(),
                                    bundle.manifest().decoder().hiddenSize())));
        }
    }

    private static List<String> table(
            String what, ModelSession session, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        session.run(inputs, outputs);
        List<String> lines = new ArrayList<>(List.of("| " + what + " | ms |", "|---|---|"));
        for (int count : new int[] {1, 4, 8}) {
            long best = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int index = 0; index < count; index++) {
                    session.run(inputs, outputs);
                }
                best = Math.min(best, System.nanoTime() - start);
            }
            lines.add(String.format(Locale.ROOT, "| %d | %.1f |", count, best / 1e6));
        }
        return lines;
    }

    private static Tensor floats(Arena arena, long... shape) {
        return Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(shape));
    }
}
