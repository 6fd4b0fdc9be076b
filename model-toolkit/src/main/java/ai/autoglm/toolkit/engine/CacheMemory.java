package ai.autoglm.toolkit.engine;

import java.util.List;

/// The memory of a graph's caches, by slot. A slot keeps its number for good; where its bytes are is the engine's
/// business. Used by the thread that runs the session.
public interface CacheMemory extends AutoCloseable {
    CacheLayout layout();

    /// Says which slots a run of these slots has to cover, in which order, so that the engine finds them side by side.
    /// Slots that were not asked for are padding: the run must not change a row of theirs that counts. May move
    /// bytes about.
    ///
    /// @param slots different ones, at least one
    List<Integer> arrange(List<Integer> slots);

    /// How many keys a decode run covers that needs `rowCount`: at least those, at most the rows of a slot.
    /// Engines want to see few different numbers.
    int keyCount(int rowCount);

    /// Copies the first rows of a slot of `source`, which is this memory or another one of the same engine with the
    /// same tensors and heads.
    void copyRows(CacheMemory source, int sourceSlot, int targetSlot, int rowCount);

    /// Fills a slot with zeros.
    void clear(int slot);

    /// Copies the first rows of a slot to host memory of their own.
    SavedRows save(int slot, int rowCount);

    /// Copies saved rows to the beginning of a slot.
    void restore(SavedRows rows, int slot);

    @Override
    void close();
}
