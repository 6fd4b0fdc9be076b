package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.kvcache.Swap;
import ai.autoglm.decoder.model.Logits;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.decoder.schedule.Batch;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.decoder.schedule.Sequence;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a batch: embeds, fuses and prefills a chunk of a prompt, or decodes one token of each of several
/// sequences. Owned by the decode-loop thread.
public final class BatchRunner implements AutoCloseable {
    private final OnnxDecoderModel model;
    private final @Nullable FusionLayer fusion;
    private final SwapSpace swapSpace;
    private final Arena arena = Arena.ofShared();
    private final Tensor embeddings; // [chunk, hiddenSize]

    /// @param model closed with this, as is `fusion`
    /// @param fusion absent in a bundle without a fusion layer
    /// @param chunkRows rows of a prefill run at most
    public BatchRunner(OnnxDecoderModel model, @Nullable FusionLayer fusion, int chunkRows) {
        this.model = model;
        this.fusion = fusion;
        swapSpace = new SwapSpace(model, fusion);
        embeddings = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(chunkRows, model.hiddenSize()));
    }

    int vocabularySize() {
        return model.vocabularySize();
    }

    /// The logits that the batch asks for, which says whose they are; valid until the next call.
    Logits run(Batch batch) {
        return switch (batch) {
            case PrefillBatch prefill -> prefill(prefill);
            case DecodeBatch decode ->
                model.decode(
                        decode.sequences().stream().map(Sequence::decodeRow).toList());
        };
    }

    private Logits prefill(PrefillBatch batch) {
        Sequence sequence = batch.sequence();
        FusedPrompt prompt = sequence.prompt();
        Tensor rows = embed(sequence, batch.firstRow(), batch.endRow());
        Tensor fused = fusion == null ? rows : fusion.fuse(sequence.slot(), prompt, batch.firstRow(), rows);
        return model.prefill(sequence.slot(), batch.firstRow(), fused, prompt.positions(), batch.logitsRowCount());
    }

    private Tensor embed(Sequence sequence, int firstRow, int endRow) {
        FusedPrompt prompt = sequence.prompt();
        Shape shape = Shape.of(1, endRow - firstRow, model.hiddenSize());
        Tensor chunk = embeddings.slice(0, endRow - firstRow);
        for (int row = firstRow; row < endRow; row++) {
            MemorySegment target = chunk.slice(row - firstRow, 1).data();
            if (prompt.isMedia(row)) {
                sequence.mediaRows().copyRow(prompt.mediaBefore(row), target);
            } else {
                model.embed(prompt.tokenIds().at(row), target);
            }
        }
        return new Tensor(ElementType.FLOAT32, shape, chunk.data());
    }

    /// Brings the prefix that a lease shares with another sequence to its slot.
    ///
    /// @return what of the lease's swaps could not be saved, and is gone
    /// @throws EngineException when the engine fails: what the slot holds is undefined
    List<Swap.Save> prepare(SlotLease lease, FusedPrompt prompt) {
        List<Swap.Save> lost = new ArrayList<>();
        for (Swap swap : lease.swaps()) {
            if (!swapSpace.take(swap) && swap instanceof Swap.Save save) {
                lost.add(save);
            }
        }
        if (lease.needsCopy()) {
            model.copyRows(lease.sourceSlot(), lease.slot(), lease.cachedRows());
            if (fusion != null) {
                fusion.copyRows(lease.sourceSlot(), lease.slot(), prompt.mediaBefore(lease.cachedRows()));
            }
        }
        return lost;
    }

    /// Forgets what a slot holds.
    void clear(int slot) {
        model.clear(slot);
        if (fusion != null) {
            fusion.clear(slot);
        }
    }

    @Override
    public void close() {
        swapSpace.close();
        if (fusion != null) {
            fusion.close();
        }
        model.close();
        arena.close();
    }
}
