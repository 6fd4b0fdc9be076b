package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.engine.FloatView;
import java.util.Arrays;
import java.util.List;

/// One weight, still where it was stored.
///
/// @param shape extents, outermost first
/// @param values in row-major order
public record Weight(String name, List<Long> shape, FloatView values) {
    public Weight {
        shape = List.copyOf(shape);
        if (shape.stream().reduce(1L, Math::multiplyExact) != values.size()) {
            throw new IllegalArgumentException(name + " has " + values.size() + " elements, not " + shape);
        }
    }

    public long elementCount() {
        return values.size();
    }

    /// Bytes in the checkpoint.
    public long storedBytes() {
        return values.data().byteSize();
    }

    /// The same elements in the same order under another shape.
    public Weight reshaped(long... extents) {
        return new Weight(name, Arrays.stream(extents).boxed().toList(), values);
    }
}
