package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.PatchGrid;
import ai.autoglm.toolkit.position.PositionInterpolation;
import ai.autoglm.toolkit.position.VisionRotaryTable;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;

/// The smallest driver of vision-encoder.onnx: one image.
final class VisionRun {
    private final Arena arena = Arena.ofAuto();
    private final VisionSpec spec;
    private final int hiddenSize;
    private final ModelSession session;

    VisionRun(Bundle bundle, ModelSession session) {
        this.spec = Objects.requireNonNull(bundle.manifest().vision());
        this.hiddenSize = bundle.manifest().decoder().hiddenSize();
        this.session = session;
    }

    /// Embeddings [tokens,H] of normalised patches [N,patchValueCount].
    float[] encode(PatchGrid grid, float[] pixels) {
        int patches = grid.patchCount();
        int half = spec.headDimension() / 2;
        Tensor cos = floats(1, patches, half);
        Tensor sin = floats(1, patches, half);
        new VisionRotaryTable(spec.headDimension()).write(grid, cos.floats(), sin.floats());
        Tensor indices = Tensor.allocate(arena, ElementType.INT64, Shape.of(PositionInterpolation.TAP_COUNT, patches));
        Tensor weights = floats(PositionInterpolation.TAP_COUNT, patches, 1);
        PositionInterpolation.write(
                grid,
                spec.positionTableSide(),
                indices.data().asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer(),
                weights.floats());
        Tensor output = floats(patches / spec.mergeSize() / spec.mergeSize(), hiddenSize);
        session.run(
                Map.of(
                        "pixel_values", floats(pixels, patches, spec.patchValueCount()),
                        "rope_cos", cos,
                        "rope_sin", sin,
                        "position_index", indices,
                        "position_weight", weights),
                Map.of("image_embeds", output));
        return output.data().toArray(ValueLayout.JAVA_FLOAT);
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
