package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.SavedRows;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.MropePositions;
import ai.autoglm.toolkit.position.RotaryTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The language model with the memory of its KV cache. A slot of the cache belongs to one sequence at a time; which
/// one is not this type's business. Used by the decode-loop thread only.
///
/// Runs decoder.onnx. Its inputs are described in ENGINE, "decoder.onnx"; all of them live in memory that
/// is allocated once. A decode run covers the slots that the engine finds side by side; those that take no part
/// are padded rows, which write to the last row of their slot: no sequence has it, and no mask entry points to it.
public final class OnnxDecoderModel implements AutoCloseable {
    private final ModelSession session;
    private final DecoderSpec spec;
    private final EmbeddingTable embeddings;
    private final CacheMemory cache;
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

    /// @param session an open decoder.onnx; closed with this, as is `embeddings`
    /// @param kvType of keys and values
    public OnnxDecoderModel(
            ModelSession session,
            DecoderSpec spec,
            EmbeddingTable embeddings,
            ElementType kvType,
            DecoderLimits limits) {
        this.session = session;
        this.spec = spec;
        this.embeddings = embeddings;
        cache = session.allocateCache(BundleParts.decoderCache(spec, kvType, limits));
        int slotCount = limits.slotCount();
        rotary = rotaryTable(spec.rotary());
        int rows = Math.max(slotCount, limits.chunkRows());
        decodeEmbeddings = allocate(ElementType.FLOAT32, slotCount, spec.hiddenSize());
        cosines = allocate(ElementType.FLOAT32, rows, rotary.rowWidth());
        sines = allocate(ElementType.FLOAT32, rows, rotary.rowWidth());
        cosineBuffer = cosines.floats();
        sineBuffer = sines.floats();
        mask = arena.allocate((long) rows * cache.layout().rowCount());
        writeIndices = allocate(ElementType.INT64, slotCount);
        int logitsRows = Math.max(slotCount, DecoderLimits.MAX_LOGITS_ROWS);
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

    public int vocabularySize() {
        return spec.vocabularySize();
    }

    public int hiddenSize() {
        return spec.hiddenSize();
    }

    /// Writes a token's embedding to `target` fp32 [hiddenSize].
    public void embed(int tokenId, MemorySegment target) {
        embeddings.copyRow(tokenId, target);
    }

    /// Runs a chunk of a prompt: rows `firstRow` and following of a sequence whose earlier rows are in
    /// the slot.
    ///
    /// @param promptEmbeddings fp32 [1, S, hiddenSize]
    /// @param positions of the whole prompt
    /// @param logitsRowCount rows at the chunk's end whose logits are wanted: at least 1, at most
    ///     [DecoderLimits#MAX_LOGITS_ROWS]
    /// @return the logits after each of these rows, in their order
    /// @throws EngineException when the engine fails: what the slot holds from `firstRow` on is undefined
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
        return run(List.of(slot), rowCount, keyCount, logitsRowCount, promptEmbeddings);
    }

    /// Runs one token of each of several sequences, in ascending slot order.
    ///
    /// @return a row for each element of `rows`, by index
    /// @throws EngineException when the engine fails: the slots hold what they held up to each row
    public Logits decode(List<DecodeRow> rows) {
        List<Integer> slots = cache.arrange(rows.stream().map(DecodeRow::slot).toList());
        int keyCount =
                cache.keyCount(rows.stream().mapToInt(DecodeRow::row).max().orElseThrow() + 1);
        Map<Integer, DecodeRow> bySlot = new HashMap<>();
        rows.forEach(row -> bySlot.put(row.slot(), row));
        cosineBuffer.clear();
        sineBuffer.clear();
        for (int index = 0; index < slots.size(); index++) {
            DecodeRow row = bySlot.get(slots.get(index));
            if (row == null) {
                stagePadding(index, keyCount);
            } else {
                stage(row, index, keyCount);
            }
            lastIndex.data().setAtIndex(ValueLayout.JAVA_LONG, index, 0);
        }
        Tensor batch = view(decodeEmbeddings, slots.size(), Shape.of(slots.size(), 1, spec.hiddenSize()));
        Logits all = run(slots, 1, keyCount, 1, batch);
        return slots.equals(rows.stream().map(DecodeRow::slot).toList()) ? all : inOrder(all, rows, slots);
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
        writeIndices.data().setAtIndex(ValueLayout.JAVA_LONG, index, scratchRow());
    }

    private void fillMaskRow(int index, int visible, int keyCount) {
        long start = (long) index * keyCount;
        mask.asSlice(start, visible).fill((byte) 1);
        mask.asSlice(start + visible, keyCount - visible).fill((byte) 0);
    }

    private Logits run(List<Integer> slots, int rowCount, int keyCount, int logitsRowCount, Tensor inputs) {
        int batch = slots.size();
        int rows = batch * rowCount;
        Shape rotaryShape = Shape.of(batch, rowCount, rotary.rowWidth());
        Shape maskShape = Shape.of(batch, 1, rowCount, keyCount);
        int logitsRows = batch * logitsRowCount;
        Tensor computed = logits.slice(0, logitsRows);
        session.run(
                Map.of(
                        "inputs_embeds",
                        inputs,
                        "rope_cos",
                        view(cosines, rows, rotaryShape),
                        "rope_sin",
                        view(sines, rows, rotaryShape),
                        "attn_mask",
                        new Tensor(ElementType.BOOL, maskShape, mask.asSlice(0, maskShape.elementCount())),
                        "write_indices",
                        writeIndices.slice(0, batch),
                        "last_index",
                        view(lastIndex, logitsRows, Shape.of(batch, logitsRowCount))),
                Map.of("logits", computed),
                cache,
                slots);
        return new Logits(computed);
    }

    /// The rows that were asked for, in that order, without padding.
    private Logits inOrder(Logits all, List<DecodeRow> rows, List<Integer> slots) {
        for (int index = 0; index < rows.size(); index++) {
            Tensor computed = all.tensor().slice(slots.indexOf(rows.get(index).slot()), 1);
            decodeLogits.slice(index, 1).data().copyFrom(computed.data());
        }
        return new Logits(decodeLogits.slice(0, rows.size()));
    }

    /// Copies the first rows of a slot to another one.
    public void copyRows(int sourceSlot, int targetSlot, int rowCount) {
        cache.copyRows(cache, sourceSlot, targetSlot, rowCount);
    }

    /// Copies the first rows of a slot to host memory of their own.
    public SavedRows save(int slot, int rowCount) {
        return cache.save(slot, rowCount);
    }

    /// Copies saved rows to the beginning of a slot.
    public void restore(SavedRows rows, int slot) {
        cache.restore(rows, slot);
    }

    /// The last row of each slot, where padded rows of a run write.
    private int scratchRow() {
        return cache.layout().rowCount() - 1;
    }

    /// Fills a slot with zeros: even a row that no mask shows must be finite, since 0 · NaN is NaN.
    public void clear(int slot) {
        cache.clear(slot);
    }

    /// The graph updates whatever memory it is pointed to: this is the only guard.
    private void requireInside(int firstRow, int endRow) {
        if (firstRow < 0 || endRow > scratchRow()) {
            throw new IllegalArgumentException(
                    "Rows " + firstRow + " to " + (endRow - 1) + " are outside a slot of " + scratchRow() + " rows");
        }
    }

    private int bucket(int keyCount) {
        return Math.min(
                Math.ceilDiv(keyCount, BundleParts.KEY_BUCKET) * BundleParts.KEY_BUCKET,
                cache.layout().rowCount());
    }

    private static Tensor view(Tensor tensor, int outermost, Shape shape) {
        return new Tensor(tensor.type(), shape, tensor.slice(0, outermost).data());
    }

    @Override
    public void close() {
        cache.close();
        session.close();
        embeddings.close();
        arena.close();
    }
}
