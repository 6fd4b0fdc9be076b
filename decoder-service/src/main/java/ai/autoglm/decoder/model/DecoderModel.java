package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.SavedRows;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.MropePositions;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The language model with the memory of its KV cache. A slot of the cache belongs to one sequence at a
/// time; which one is not this type's business. Used by the decode-loop thread only.
public interface DecoderModel extends AutoCloseable {
    int vocabularySize();

    int hiddenSize();

    /// Writes a token's embedding to `target` fp32 [hiddenSize].
    void embed(int tokenId, MemorySegment target);

    /// Runs a chunk of a prompt: rows `firstRow` and following of a sequence whose earlier rows are in
    /// the slot.
    ///
    /// @param embeddings fp32 [1, S, hiddenSize]
    /// @param positions of the whole prompt
    /// @param logitsRowCount rows at the chunk's end whose logits are wanted: at least 1, at most
    ///     [DecoderLimits#MAX_LOGITS_ROWS]
    /// @return the logits after each of these rows, in their order
    /// @throws EngineException when the engine fails: what the slot holds from `firstRow` on is undefined
    Logits prefill(int slot, int firstRow, Tensor embeddings, MropePositions positions, int logitsRowCount);

    /// Runs one token of each of several sequences, in ascending slot order.
    ///
    /// @return a row for each element of `rows`, by index
    /// @throws EngineException when the engine fails: the slots hold what they held up to each row
    Logits decode(List<DecodeRow> rows);

    /// Copies the first rows of a slot to another one.
    void copyRows(int sourceSlot, int targetSlot, int rowCount);

    /// Copies the first rows of a slot to host memory of their own.
    SavedRows save(int slot, int rowCount);

    /// Copies saved rows to the beginning of a slot.
    void restore(SavedRows rows, int slot);

    /// Fills a slot with zeros: even a row that no mask shows must be finite, since 0 · NaN is NaN.
    void clear(int slot);

    @Override
    void close();
}
