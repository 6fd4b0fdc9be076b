package ai.autoglm.toolkit.engine;

import java.util.List;

/// Caches that a graph updates in place: tensors [slot, head, row, headDimension] of one size, each an input and an
/// output of the graph.
///
/// @param rowCount of each slot
public record CacheLayout(
        List<CacheTensor> tensors, ElementType type, int slotCount, int headCount, int rowCount, int headDimension) {
    /// The names of one cache in the graph's contract.
    public record CacheTensor(String input, String output) {
        /// The keys of a decoder's layer, from 0 on.
        public static CacheTensor keys(int layer) {
            return new CacheTensor("k_cache_" + layer, "k_cache_out_" + layer);
        }

        /// The values of a decoder's layer.
        public static CacheTensor values(int layer) {
            return new CacheTensor("v_cache_" + layer, "v_cache_out_" + layer);
        }
    }

    public CacheLayout {
        tensors = List.copyOf(tensors);
        if (slotCount < 1 || headCount < 1 || rowCount < 1 || headDimension < 1) {
            throw new IllegalArgumentException("A cache of " + slotCount + " slots × " + headCount + " heads × "
                    + rowCount + " rows × " + headDimension + " is empty");
        }
    }

    /// Shape of each tensor with `slots` of its slots.
    public Shape shape(int slots) {
        return Shape.of(slots, headCount, rowCount, headDimension);
    }

    /// Bytes of a row of one head.
    public long rowBytes() {
        return (long) headDimension * type.bytes();
    }

    /// Bytes of one slot of one tensor.
    public long slotBytes() {
        return (long) headCount * rowCount * rowBytes();
    }

    /// Bytes of all tensors together.
    public long byteSize() {
        return (long) tensors.size() * slotCount * slotBytes();
    }
}
