package ai.autoglm.vision.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.position.PatchGrid;
import ai.autoglm.toolkit.position.PositionInterpolation;
import ai.autoglm.toolkit.position.VisionRotaryTable;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Map;

/// Runs a bundle's vision-encoder.onnx. The host computes what depends on the grid alone: rotary angles
/// and which entries of the learned position table fit it. Source: MODEL_SPEC B.3 and B.4.
public final class OnnxVisionEncoder implements VisionEncoder {
    private final ModelSession session;
    private final VisionSpec spec;
    private final int hiddenSize;
    private final ElementType rowType;
    private final VisionRotaryTable rotary;

    /// @param session owned by this encoder
    /// @param hiddenSize of the decoder: the width of a row
    /// @param rowType in which rows travel
    public OnnxVisionEncoder(ModelSession session, VisionSpec spec, int hiddenSize, ElementType rowType) {
        this.session = session;
        this.spec = spec;
        this.hiddenSize = hiddenSize;
        this.rowType = rowType;
        this.rotary = new VisionRotaryTable(spec.headDimension());
    }

    @Override
    public Embeddings encode(ImagePatches patches) {
        PatchGrid grid = patches.grid();
        int patchCount = grid.patchCount();
        try (Arena arena = Arena.ofConfined()) {
            Tensor pixelValues = tensor(arena, patchCount, spec.patchValueCount());
            patches.normalizeInto(pixelValues.floats());
            Tensor cosines = tensor(arena, 1, patchCount, rotary.rowWidth());
            Tensor sines = tensor(arena, 1, patchCount, rotary.rowWidth());
            rotary.write(grid, cosines.floats(), sines.floats());
            Tensor indices =
                    Tensor.allocate(arena, ElementType.INT64, Shape.of(PositionInterpolation.TAP_COUNT, patchCount));
            Tensor weights = tensor(arena, PositionInterpolation.TAP_COUNT, patchCount, 1);
            PositionInterpolation.write(grid, spec.positionTableSide(), longs(indices), weights.floats());
            Tensor rows = tensor(arena, patchCount / (spec.mergeSize() * spec.mergeSize()), hiddenSize);
            session.run(
                    Map.of(
                            "pixel_values", pixelValues,
                            "rope_cos", cosines,
                            "rope_sin", sines,
                            "position_index", indices,
                            "position_weight", weights),
                    Map.of("image_embeds", rows));
            return Embeddings.of(rows, rowType);
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private static Tensor tensor(Arena arena, long... extents) {
        return Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(extents));
    }

    private static LongBuffer longs(Tensor tensor) {
        return tensor.data().asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer();
    }
}
