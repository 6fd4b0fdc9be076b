package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Fusion keys and values of one slot's media rows, by media ordinal.
///
/// @param keys [1, head, capacity, headDimension]
/// @param values of the same shape
record FusionCache(Arena arena, Tensor keys, Tensor values) implements AutoCloseable {
    static FusionCache allocate(FusionSpec spec, int capacity) {
        Arena arena = Arena.ofShared();
        Shape shape = Shape.of(1, spec.headCount(), capacity, spec.headDimension());
        return new FusionCache(
                arena,
                Tensor.allocate(arena, ElementType.FLOAT32, shape),
                Tensor.allocate(arena, ElementType.FLOAT32, shape));
    }

    int capacity() {
        return (int) keys.shape().extent(2);
    }

    /// Takes over the first `rowCount` rows of `other`.
    void copyFrom(FusionCache other, int rowCount) {
        copy(other.keys, keys, rowCount);
        copy(other.values, values, rowCount);
    }

    private static void copy(Tensor source, Tensor target, int rowCount) {
        long heads = source.shape().extent(1);
        long rowBytes = source.shape().extent(3) * source.type().bytes();
        for (long head = 0; head < heads; head++) {
            MemorySegment.copy(
                    source.data(),
                    head * source.shape().extent(2) * rowBytes,
                    target.data(),
                    head * target.shape().extent(2) * rowBytes,
                    rowCount * rowBytes);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
