package ai.autoglm.decoder.kvcache;

/// A step between the KV cache and memory beside it, to be taken before anything else runs.
public sealed interface Swap {
    /// Copies the first rows of a slot away, under a number of their own.
    ///
    /// @param mediaRows how many of them are media rows
    record Save(int session, int slot, int rowCount, int mediaRows) implements Swap {}

    /// Copies saved rows to a slot.
    record Restore(int session, int slot) implements Swap {}

    /// Forgets saved rows.
    record Drop(int session) implements Swap {}
}
