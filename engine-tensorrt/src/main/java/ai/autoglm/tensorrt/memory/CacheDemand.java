package ai.autoglm.tensorrt.memory;

import ai.autoglm.toolkit.engine.CacheLayout;

/// The KV cache that a decoder is set to have.
///
/// @param resumeSlots how many of its slots are beside those of `--max-num-seqs`
public record CacheDemand(CacheLayout layout, int resumeSlots) {
    long byteSize() {
        return layout.byteSize();
    }

    /// Bytes of one sequence's rows in all tensors.
    long slotBytes() {
        return layout.byteSize() / layout.slotCount();
    }

    long rowBytes() {
        return slotBytes() / layout.rowCount();
    }

    /// Longest sequence: the last row of a slot is for padding.
    long tokenCount() {
        return layout.rowCount() - 1L;
    }

    /// Most sequences beside the resume slots that fit into `bytes`.
    long sequencesWithin(long bytes) {
        return Math.max(0, bytes) / slotBytes() - resumeSlots;
    }

    /// Longest sequences of which as many as are asked for fit into `bytes`. Rows come in groups of eight.
    long tokensWithin(long bytes) {
        return Math.max(0, bytes) / (rowBytes() * layout.slotCount()) / 8 * 8 - 1;
    }
}
