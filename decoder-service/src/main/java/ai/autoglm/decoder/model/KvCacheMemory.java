package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The memory of the KV cache: for each layer a key and a value tensor [slot, kvHead, row,
/// headDimension], zeroed once. A run gets a contiguous range of slots, which the graph updates in place.
///
/// Each slot has one row more than a sequence may have: the last one is scratch, where padded rows of a
/// run write. No mask entry ever points to it.
public final class KvCacheMemory implements AutoCloseable {
    /// What ONNX Runtime's Java API takes as one tensor.
    private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE;

    private final Arena arena = Arena.ofShared();
    private final List<Tensor> keys = new ArrayList<>(); // by layer
    private final List<Tensor> values = new ArrayList<>(); // by layer
    private final Map<SlotRange, Views> views = new HashMap<>();
    private final int rowCount;

    /// Slots `first` to `first + count - 1`.
    private record SlotRange(int first, int count) {}

    /// The tensors of a range of slots by the names of the graph's contract.
    record Views(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

    /// Allocates the memory.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CONFIGURATION] when one tensor would be too large, or all
    ///     together do not fit in memory
    public KvCacheMemory(DecoderSpec spec, int slotCount, int maxModelLength) {
        requireFits(spec, slotCount, maxModelLength);
        rowCount = maxModelLength + 1;
        Shape shape = Shape.of(slotCount, spec.kvHeadCount(), rowCount, spec.headDimension());
        try {
            for (int layer = 0; layer < spec.layerCount(); layer++) {
                keys.add(Tensor.allocate(arena, ElementType.FLOAT32, shape));
                values.add(Tensor.allocate(arena, ElementType.FLOAT32, shape));
            }
        } catch (OutOfMemoryError e) {
            arena.close();
            long bytes = shape.elementCount() * Float.BYTES * 2 * spec.layerCount();
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The KV cache needs " + (bytes >> 20) + " MiB of native memory, which this process cannot have:"
                            + " lower max-num-seqs or max-model-len.",
                    e);
        }
    }

    private static void requireFits(DecoderSpec spec, int slotCount, int maxModelLength) {
        long rowBytes = (long) spec.kvHeadCount() * spec.headDimension() * Float.BYTES;
        long bytes = slotCount * (maxModelLength + 1L) * rowBytes;
        if (bytes > MAX_TENSOR_BYTES) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    ("The KV cache of one layer would take %d sequences × %d tokens × %d bytes = %d bytes, but the limit"
                                    + " is %d: lower max-num-seqs, or max-model-len to at most %d.")
                            .formatted(
                                    slotCount,
                                    maxModelLength + 1,
                                    rowBytes,
                                    bytes,
                                    MAX_TENSOR_BYTES,
                                    MAX_TENSOR_BYTES / (slotCount * rowBytes) - 1));
        }
    }

    /// Bytes of all tensors together.
    public long byteSize() {
        return allTensors().mapToLong(tensor -> tensor.data().byteSize()).sum();
    }

    /// Rows of a slot, the scratch row included.
    int rowCount() {
        return rowCount;
    }

    int scratchRow() {
        return rowCount - 1;
    }

    Views range(int firstSlot, int slotCount) {
        return views.computeIfAbsent(new SlotRange(firstSlot, slotCount), this::slice);
    }

    void copyRows(int sourceSlot, int targetSlot, int copiedRows) {
        allTensors().forEach(tensor -> {
            Tensor source = tensor.slice(sourceSlot, 1);
            Tensor target = tensor.slice(targetSlot, 1);
            long heads = source.shape().extent(1);
            long rowBytes = source.shape().extent(3) * source.type().bytes();
            for (long head = 0; head < heads; head++) {
                long offset = head * rowCount * rowBytes;
                MemorySegment.copy(source.data(), offset, target.data(), offset, copiedRows * rowBytes);
            }
        });
    }

    void clear(int slot) {
        allTensors().forEach(tensor -> tensor.slice(slot, 1).data().fill((byte) 0));
    }

    private Stream<Tensor> allTensors() {
        return Stream.concat(keys.stream(), values.stream());
    }

    private Views slice(SlotRange range) {
        Map<String, Tensor> inputs = new HashMap<>();
        Map<String, Tensor> outputs = new HashMap<>();
        for (int layer = 0; layer < keys.size(); layer++) {
            Tensor key = keys.get(layer).slice(range.first(), range.count());
            Tensor value = values.get(layer).slice(range.first(), range.count());
            inputs.put("k_cache_" + layer, key);
            inputs.put("v_cache_" + layer, value);
            outputs.put("k_cache_out_" + layer, key);
            outputs.put("v_cache_out_" + layer, value);
        }
        return new Views(Map.copyOf(inputs), Map.copyOf(outputs));
    }

    @Override
    public void close() {
        arena.close();
    }
}
