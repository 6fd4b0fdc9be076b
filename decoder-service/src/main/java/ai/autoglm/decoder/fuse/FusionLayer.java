package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.SavedRows;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The cross-modal fusion layer: each fused row attends to the media rows at its own place or before it.
/// Every prompt row passes once, chunk by chunk; the keys and values of media rows stay with their slot.
/// Used by the decode-loop thread only. Source: ARCHITECTURE, "The fusion layer".
public final class FusionLayer implements AutoCloseable {
    private final ModelSession session;
    private final Arena arena = Arena.ofShared();
    private final Tensor fusedEmbeddings; // [chunk, hiddenSize]
    private final Tensor mediaIndex; // [chunk]
    private final Tensor fusedFlags; // [chunk]
    private final Tensor writeIndex; // [1]
    private final MemorySegment mask; // bool, [chunk, key] at most
    private final int hiddenSize;
    private final FusionCaches caches;

    /// @param session an open fusion.onnx; closed with this
    /// @param kvType of keys and values
    public FusionLayer(
            ModelSession session, FusionSpec spec, int hiddenSize, ElementType kvType, DecoderLimits limits) {
        this.session = session;
        this.hiddenSize = hiddenSize;
        int chunkRows = limits.chunkRows();
        // A chunk without media writes one row past the valid ones.
        int maxRows = limits.maxModelLength() + 1;
        fusedEmbeddings = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(chunkRows, hiddenSize));
        mediaIndex = Tensor.allocate(arena, ElementType.INT64, Shape.of(chunkRows));
        fusedFlags = Tensor.allocate(arena, ElementType.BOOL, Shape.of(chunkRows));
        writeIndex = Tensor.allocate(arena, ElementType.INT64, Shape.of(1));
        caches = new FusionCaches(session, spec, kvType, limits.slotCount(), maxRows);
        mask = arena.allocate((long) chunkRows * FusionCaches.roundUp(maxRows));
    }

    /// Fuses rows `firstRow` and following of a prompt, all rows before them having passed through the
    /// same slot.
    ///
    /// @param embeddings [1, S, hiddenSize], media rows in place
    /// @return [1, S, hiddenSize]: `embeddings` itself when no row changes, or memory that the next call
    ///     overwrites
    public Tensor fuse(int slot, FusedPrompt prompt, int firstRow, Tensor embeddings) {
        int rowCount = (int) embeddings.shape().extent(1);
        int endRow = firstRow + rowCount;
        int mediaStart = prompt.mediaBefore(firstRow);
        int mediaCount = prompt.mediaBefore(endRow) - mediaStart;
        if (mediaCount == 0 && !fusesAnyRow(prompt, firstRow, endRow)) {
            return embeddings;
        }
        // One more than the rows: see the dummy row of a chunk without media.
        CacheMemory cache = caches.withRoom(slot, prompt.mediaRowCount() + 1);
        writeIndex.data().set(ValueLayout.JAVA_LONG, 0, mediaStart);
        // A chunk without media writes one row past the valid keys, where no mask entry points.
        int indexCount = Math.max(mediaCount, 1);
        fillMediaIndex(prompt, firstRow, endRow);
        requireInside(mediaStart + indexCount, cache.layout().rowCount());
        int keyCount = Math.min(
                FusionCaches.roundUp(Math.max(prompt.mediaBefore(endRow), 1)),
                cache.layout().rowCount());
        Tensor attentionMask = fillMask(prompt, firstRow, rowCount, keyCount);
        Tensor fused = view(fusedEmbeddings, rowCount, Shape.of(1, rowCount, hiddenSize));
        session.run(
                Map.of(
                        "inputs_embeds", embeddings,
                        "media_index", view(mediaIndex, indexCount, Shape.of(indexCount)),
                        "fused", view(fusedFlags, rowCount, Shape.of(1, rowCount, 1)),
                        "attn_mask", attentionMask,
                        "write_indices", writeIndex),
                Map.of("fused_embeds", fused),
                cache,
                List.of(0));
        return fused;
    }

    /// Gives a slot the keys and values of another slot's first media rows.
    public void copyRows(int sourceSlot, int targetSlot, int mediaRowCount) {
        CacheMemory source = caches.of(sourceSlot);
        if (source != null && mediaRowCount > 0) {
            caches.withRoom(targetSlot, mediaRowCount + 1).copyRows(source, 0, 0, mediaRowCount);
        }
    }

    /// Copies a slot's first media rows to host memory of their own.
    public Optional<SavedRows> save(int slot, int mediaRowCount) {
        return Optional.ofNullable(caches.of(slot))
                .filter(_ -> mediaRowCount > 0)
                .map(cache -> cache.save(0, mediaRowCount));
    }

    /// Gives a slot media rows that were saved.
    public void restore(SavedRows rows, int slot) {
        caches.withRoom(slot, rows.rowCount() + 1).restore(rows, 0);
    }

    /// Forgets a slot whose memory cannot be trusted.
    public void clear(int slot) {
        caches.forget(slot);
    }

    /// An engine may ignore rows past the end without a word: this is the only guard.
    private static void requireInside(int endRow, int rowCount) {
        if (endRow > rowCount) {
            throw new IllegalStateException(endRow + " media rows do not fit into a cache of " + rowCount);
        }
    }

    private static boolean fusesAnyRow(FusedPrompt prompt, int firstRow, int endRow) {
        for (int row = firstRow; row < endRow; row++) {
            if (prompt.isFused(row) && prompt.mediaBefore(row + 1) > 0) {
                return true;
            }
        }
        return false;
    }

    private void fillMediaIndex(FusedPrompt prompt, int firstRow, int endRow) {
        mediaIndex.data().setAtIndex(ValueLayout.JAVA_LONG, 0, 0);
        int count = 0;
        for (int row = firstRow; row < endRow; row++) {
            if (prompt.isMedia(row)) {
                mediaIndex.data().setAtIndex(ValueLayout.JAVA_LONG, count++, row - firstRow);
            }
        }
    }

    private Tensor fillMask(FusedPrompt prompt, int firstRow, int rowCount, int keyCount) {
        for (int index = 0; index < rowCount; index++) {
            int visible = prompt.mediaBefore(firstRow + index + 1);
            boolean fused = visible > 0 && prompt.isFused(firstRow + index);
            fusedFlags.data().set(ValueLayout.JAVA_BOOLEAN, index, fused);
            long start = (long) index * keyCount;
            // A row that sees nothing needs one true entry, or its softmax is NaN; its result is not
            // used.
            long seen = Math.max(visible, 1);
            mask.asSlice(start, seen).fill((byte) 1);
            mask.asSlice(start + seen, keyCount - seen).fill((byte) 0);
        }
        return new Tensor(
                ElementType.BOOL, Shape.of(1, 1, rowCount, keyCount), mask.asSlice(0, (long) rowCount * keyCount));
    }

    private static Tensor view(Tensor tensor, int outermost, Shape shape) {
        return new Tensor(tensor.type(), shape, tensor.slice(0, outermost).data());
    }

    @Override
    public void close() {
        caches.close();
        session.close();
        arena.close();
    }
}
