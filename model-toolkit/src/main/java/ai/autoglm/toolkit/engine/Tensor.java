package ai.autoglm.toolkit.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/// A dense row-major tensor in native host memory, little-endian. The tensor borrows its memory: whoever owns the
/// [Arena] decides how long it lives.
public record Tensor(ElementType type, Shape shape, MemorySegment data) {
    public Tensor {
        if (!data.isNative()) {
            throw new IllegalArgumentException("Tensors live in native memory");
        }
        long bytes = shape.elementCount() * type.bytes();
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "A " + type + shape + " tensor takes " + bytes + " bytes, not " + data.byteSize());
        }
    }

    /// A new tensor filled with zeros.
    public static Tensor allocate(Arena arena, ElementType type, Shape shape) {
        // 64: a cache line, and what the kernels' vector loads like best.
        return new Tensor(type, shape, arena.allocate(shape.elementCount() * type.bytes(), 64));
    }

    /// The values of a FLOAT32 tensor, sharing its memory.
    public FloatBuffer floats() {
        if (type != ElementType.FLOAT32) {
            throw new IllegalStateException("A tensor of " + type + " holds no FLOAT32 values");
        }
        return data.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /// Rows `first` to `first + count - 1` along the outermost axis, sharing this tensor's memory.
    public Tensor slice(long first, long count) {
        long rowBytes = data.byteSize() / shape.extent(0);
        return new Tensor(
                type, shape.withOutermost(count), data.asSlice(Math.multiplyExact(first, rowBytes), count * rowBytes));
    }
}
