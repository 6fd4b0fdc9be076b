package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.MropePositions;
import ai.autoglm.toolkit.position.RotaryTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs decoder.onnx. Its inputs are described in ENGINE, "decoder.onnx"; all of them live in memory that
/// is allocated once. A decode run takes the slots from its first to its last sequence; slots between
/// them that take no part are padded rows, which write to the cache's scratch row.
public final class OnnxDecoderModel implements DecoderModel {
    /// Attention reads this many keys, or a multiple: an engine sees few different shapes.
    private static final int KEY_BUCKET = 256;

    private final ModelSession session;
    private final DecoderSpec spec;
    private final EmbeddingTable embeddings;
    private final KvCacheMemory cache;
    private final RotaryTable rotary;
    private final Arena arena = Arena.ofShared();
    private final Tensor decodeEmbeddings; // [slot, hiddenSize]
    private final Tensor cosines; // [row, R/2]
    private final Tensor sines; // [row, R/2]
    private final FloatBuffer cosineBuffer;
    private final FloatBuffer sineBuffer;
    private final MemorySegment mask; // bool [row, key], at most
    private final Tensor writeIndices; // [slot]
    private final Tensor lastIndex; // [slot], or [row]
    private final Tensor logits; // [slot, vocabulary], or [row, vocabulary]
    private final Tensor decodeLogits; // [slot, vocabulary], without padded rows

    /// @param session an open decoder.onnx; closed with this, as are `embeddings` and `cache`
    /// @param chunkRows rows of a prefill run at most
    public OnnxDecoderModel(
            ModelSession session,
            DecoderSpec spec,
            EmbeddingTable embeddings,
            KvCacheMemory cache,
            int slotCount,
            int chunkRows) {
        this.session = session;
        this.spec = spec;
        this.embeddings = embeddings;
        this.cache = cache;
        rotary = rotaryTable(spec.rotary());
        int rows = Math.max(slotCount, chunkRows);
        decodeEmbeddings = allocate(ElementType.FLOAT32, slotCount, spec.hiddenSize());
        cosines = allocate(ElementType.FLOAT32, rows, rotary.rowWidth());
        sines = allocate(ElementType.FLOAT32, rows, rotary.rowWidth());
        cosineBuffer = floats(cosines);
        sineBuffer = floats(sines);
        mask = arena.allocate((long) rows * cache.rowCount());
        writeIndices = allocate(ElementType.INT64, slotCount);
        int logitsRows = Math.max(slotCount, MAX_LOGITS_ROWS);
        lastIndex = allocate(ElementType.INT64, logitsRows);
        logits = allocate(ElementType.FLOAT32, logitsRows, spec.vocabularySize());
        decodeLogits = allocate(ElementType.FLOAT32, slotCount, spec.vocabularySize());
    }

    private static RotaryTable rotaryTable(RotarySpec rotary) {
        return rotary.sections().isEmpty()
                ? RotaryTable.text(rotary.rotaryDimension(), rotary.theta())
                : RotaryTable.multimodal(rotary.rotaryDimension(), rotary.theta(), rotary.sections());
    }

    private Tensor allocate(ElementType type, long... extents) {
        return Tensor.allocate(arena, type, Shape.of(extents));
    }

    private static FloatBuffer floats(Tensor tensor) {
        return tensor.data().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public int vocabularySize() {
        return spec.vocabularySize();
    }

    @Override
    public int hiddenSize() {
        return spec.hiddenSize();
    }

    @Override
    public void embed(int tokenId, MemorySegment target) {
        embeddings.copyRow(tokenId, target);
    }

    @Override
    public Logits prefill(
            int slot, int firstRow, Tensor promptEmbeddings, MropePositions positions, int logitsRowCount) {
        int rowCount = (int) promptEmbeddings.shape().extent(1);
        int endRow = firstRow + rowCount;
        requireInside(firstRow, endRow);
        cosineBuffer.clear();
        sineBuffer.clear();
        rotary.write(positions, firstRow, endRow, cosineBuffer, sineBuffer);
        int keyCount = bucket(endRow);
        for (int index = 0; index < rowCount; index++) {
            fillMaskRow(index, firstRow + index + 1, keyCount);
        }
        writeIndices.data().setAtIndex(ValueLayout.JAVA_LONG, 0, firstRow);
        for (int index = 0; index < logitsRowCount; index++) {
            lastIndex.data().setAtIndex(ValueLayout.JAVA_LONG, index, rowCount - logitsRowCount + index);
        }
        return run(slot, 1, rowCount, keyCount, logitsRowCount, promptEmbeddings);
    }

    @Override
    public Logits decode(List<DecodeRow> rows) {
        int firstSlot = rows.getFirst().slot();
        int slotCount = rows.getLast().slot() - firstSlot + 1;
        int keyCount = bucket(rows.stream().mapToInt(DecodeRow::row).max().orElseThrow() + 1);
        cosineBuffer.clear();
        sineBuffer.clear();
        int next = 0;
        for (int index = 0; index < slotCount; index++) {
            DecodeRow row = rows.get(next);
            if (row.slot() == firstSlot + index) {
                stage(row, index, keyCount);
                next++;
            } else {
                stagePadding(index, keyCount);
            }
            lastIndex.data().setAtIndex(ValueLayout.JAVA_LONG, index, 0);
        }
        Tensor batch = view(decodeEmbeddings, slotCount, Shape.of(slotCount, 1, spec.hiddenSize()));
        Logits all = run(firstSlot, slotCount, 1, keyCount, 1, batch);
        return rows.size() == slotCount ? all : withoutPadding(all, rows, firstSlot);
    }

    private void stage(DecodeRow row, int index, int keyCount) {
        requireInside(row.row(), row.row() + 1);
        embeddings.copyRow(row.tokenId(), decodeEmbeddings.slice(index, 1).data());
        rotary.write(row.position(), cosineBuffer, sineBuffer);
        fillMaskRow(index, row.row() + 1, keyCount);
        writeIndices.data().setAtIndex(ValueLayout.JAVA_LONG, index, row.row());
    }

    /// Another sequence's slot, or a cached prefix: computes something finite and leaves no trace.
    private void stagePadding(int index, int keyCount) {
        decodeEmbeddings.slice(index, 1).data().fill((byte) 0);
        rotary.write(0, cosineBuffer, sineBuffer);
        fillMaskRow(index, 1, keyCount);
        writeIndices.data().setAtIndex(ValueLayout.JAVA_LONG, index, cache.scratchRow());
    }

    private void fillMaskRow(int index, int visible, int keyCount) {
        long start = (long) index * keyCount;
        mask.asSlice(start, visible).fill((byte) 1);
        mask.asSlice(start + visible, keyCount - visible).fill((byte) 0);
    }

    private Logits run(int firstSlot, int slotCount, int rowCount, int keyCount, int logitsRowCount, Tensor inputs) {
        int rows = slotCount * rowCount;
        Shape rotaryShape = Shape.of(slotCount, rowCount, rotary.rowWidth());
        Shape maskShape = Shape.of(slotCount, 1, rowCount, keyCount);
        KvCacheMemory.Views views = cache.range(firstSlot, slotCount);
        Map<String, Tensor> graphInputs = new HashMap<>(views.inputs());
        graphInputs.put("inputs_embeds", inputs);
        graphInputs.put("rope_cos", view(cosines, rows, rotaryShape));
        graphInputs.put("rope_sin", view(sines, rows, rotaryShape));
        graphInputs.put(
                "attn_mask", new Tensor(ElementType.BOOL, maskShape, mask.asSlice(0, maskShape.elementCount())));
        graphInputs.put("write_indices", writeIndices.slice(0, slotCount));
        int logitsRows = slotCount * logitsRowCount;
        graphInputs.put("last_index", view(lastIndex, logitsRows, Shape.of(slotCount, logitsRowCount)));
        Tensor computed = logits.slice(0, logitsRows);
        Map<String, Tensor> graphOutputs = new HashMap<>(views.outputs());
        graphOutputs.put("logits", computed);
        session.run(graphInputs, graphOutputs);
        return new Logits(computed);
    }

    private Logits withoutPadding(Logits all, List<DecodeRow> rows, int firstSlot) {
        for (int index = 0; index < rows.size(); index++) {
            Tensor computed = all.tensor().slice(rows.get(index).slot() - firstSlot, 1);
            decodeLogits.slice(index, 1).data().copyFrom(computed.data());
        }
        return new Logits(decodeLogits.slice(0, rows.size()));
    }

    @Override
    public void copyRows(int sourceSlot, int targetSlot, int rowCount) {
        cache.copyRows(sourceSlot, targetSlot, rowCount);
    }

    @Override
    public void clear(int slot) {
        cache.clear(slot);
    }

    /// The graph updates whatever memory it is pointed to: this is the only guard.
    private void requireInside(int firstRow, int endRow) {
        if (firstRow < 0 || endRow > cache.scratchRow()) {
            throw new IllegalArgumentException("Rows " + firstRow + " to " + (endRow - 1) + " are outside a slot of "
                    + cache.scratchRow() + " rows");
        }
    }

    private int bucket(int keyCount) {
        return Math.min(Math.ceilDiv(keyCount, KEY_BUCKET) * KEY_BUCKET, cache.rowCount());
    }

    private static Tensor view(Tensor tensor, int outermost, Shape shape) {
        return new Tensor(tensor.type(), shape, tensor.slice(0, outermost).data());
    }

    @Override
    public void close() {
        session.close();
        embeddings.close();
        cache.close();
        arena.close();
    }
}
