package ai.autoglm.decoder.kvcache;

/// A slot of the KV cache, given to a sequence.
///
/// @param cachedRows leading rows that need no computing
/// @param sourceSlot where those rows are: `slot` itself, or a slot to copy them from before anything
///     else runs
public record SlotLease(int slot, int cachedRows, int sourceSlot) {
    public boolean needsCopy() {
        return sourceSlot != slot && cachedRows > 0;
    }
}
