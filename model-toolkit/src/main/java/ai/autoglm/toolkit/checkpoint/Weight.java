package ai.autoglm.toolkit.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// One weight with a known element type, still where it was stored.
///
/// @param shape extents, outermost first
public record Weight(String name, WeightType type, List<Long> shape, MemorySegment data) {
    public Weight {
        shape = List.copyOf(shape);
    }

    public long elementCount() {
        return data.byteSize() / type.bytes();
    }

    /// The same elements in the same order under another shape.
    public Weight reshaped(long... extents) {
        Weight view = new Weight(name, type, Arrays.stream(extents).boxed().toList(), data);
        if (view.shape.stream().reduce(1L, Math::multiplyExact) != elementCount()) {
            throw new IllegalArgumentException(name + " has " + elementCount() + " elements, not " + view.shape);
        }
        return view;
    }
}
