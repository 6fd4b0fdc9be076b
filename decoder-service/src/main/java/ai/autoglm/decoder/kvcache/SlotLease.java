package ai.autoglm.decoder.kvcache;

import java.util.List;

/// A slot of the KV cache, given to a sequence.
///
/// @param cachedRows leading rows that need no computing
/// @param sourceSlot where those rows are: `slot` itself, or a slot to copy them from before anything
///     else runs
/// @param swaps steps to take, in order, before that copy
public record SlotLease(int slot, int cachedRows, int sourceSlot, List<Swap> swaps) {
    public SlotLease {
        swaps = List.copyOf(swaps);
    }

    public SlotLease(int slot, int cachedRows, int sourceSlot) {
        this(slot, cachedRows, sourceSlot, List.of());
    }

    public boolean needsCopy() {
        return sourceSlot != slot && cachedRows > 0;
    }
}
