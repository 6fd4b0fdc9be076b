package ai.autoglm.toolkit.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// One tensor as it lies in a safetensors file.
///
/// @param type as stored, such as "BF16"; weights have one of real numbers
/// @param shape extents, outermost first
/// @param data memory-mapped, row-major, little-endian
public record StoredTensor(String name, String type, List<Long> shape, MemorySegment data) {
    public StoredTensor {
        shape = List.copyOf(shape);
    }

    public long elementCount() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
