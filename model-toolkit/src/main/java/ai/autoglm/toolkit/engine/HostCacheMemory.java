package ai.autoglm.toolkit.engine;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Caches in host memory. A run gets a contiguous range of slots as tensors that share this memory: nothing is copied.
final class HostCacheMemory implements CacheMemory {
    /// What ONNX Runtime's Java API takes as one tensor.
    private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE;

    private static final int KEY_BUCKET = 256;

    private final CacheLayout layout;
    private final Arena arena = Arena.ofShared();
    private final List<Tensor> tensors = new ArrayList<>(); // in the layout's order
    private final Map<List<Integer>, Views> views = new HashMap<>();

    /// The tensors of a range of slots by the names of the graph's contract.
    record Views(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

    /// Allocates the memory.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CONFIGURATION] when one tensor would be too large, or all
    ///     together do not fit in memory
    HostCacheMemory(CacheLayout layout) {
        this.layout = layout;
        requireFits(layout);
        try {
            for (int index = 0; index < layout.tensors().size(); index++) {
                tensors.add(Tensor.allocate(arena, layout.type(), layout.shape(layout.slotCount())));
            }
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The KV cache needs " + (layout.byteSize() >> 20)
                            + " MiB of native memory, which this process cannot have:"
                            + " lower max-num-seqs or max-model-len.",
                    e);
        }
    }

    private static void requireFits(CacheLayout layout) {
        long rowBytes = layout.headCount() * layout.rowBytes();
        long bytes = layout.slotCount() * layout.slotBytes();
        if (bytes > MAX_TENSOR_BYTES) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    ("The KV cache of one layer would take %d sequences × %d tokens × %d bytes = %d bytes, but the limit"
                                    + " is %d: lower max-num-seqs, or max-model-len to at most %d.")
                            .formatted(
                                    layout.slotCount(),
                                    layout.rowCount(),
                                    rowBytes,
                                    bytes,
                                    MAX_TENSOR_BYTES,
                                    MAX_TENSOR_BYTES / (layout.slotCount() * rowBytes) - 1));
        }
    }

    @Override
    public CacheLayout layout() {
        return layout;
    }

    /// The range from the first to the last of them: a run takes a contiguous one.
    @Override
    public List<Integer> arrange(List<Integer> slots) {
        return IntStream.rangeClosed(Collections.min(slots), Collections.max(slots))
                .boxed()
                .toList();
    }

    @Override
    public int keyCount(int rowCount) {
        return Math.min(Math.ceilDiv(rowCount, KEY_BUCKET) * KEY_BUCKET, layout.rowCount());
    }

    Views views(List<Integer> slots) {
        return views.computeIfAbsent(List.copyOf(slots), this::slice);
    }

    private Views slice(List<Integer> slots) {
        int first = slots.getFirst();
        if (!slots.equals(arrange(slots))) {
            throw new IllegalArgumentException("Slots " + slots + " are not side by side");
        }
        Map<String, Tensor> inputs = new HashMap<>();
        Map<String, Tensor> outputs = new HashMap<>();
        for (int index = 0; index < tensors.size(); index++) {
            Tensor range = tensors.get(index).slice(first, slots.size());
            inputs.put(layout.tensors().get(index).input(), range);
            outputs.put(layout.tensors().get(index).output(), range);
        }
        return new Views(Map.copyOf(inputs), Map.copyOf(outputs));
    }

    @Override
    public void copyRows(CacheMemory source, int sourceSlot, int targetSlot, int rowCount) {
        HostCacheMemory other = (HostCacheMemory) source;
        for (int index = 0; index < tensors.size(); index++) {
            MemorySegment from = other.slot(index, sourceSlot);
            MemorySegment to = slot(index, targetSlot);
            copyHeads(from, other.layout.rowCount(), to, layout.rowCount(), rowCount);
        }
    }

    /// Copies the first rows of each head between two places with their own number of rows a head.
    private void copyHeads(MemorySegment from, int fromRows, MemorySegment to, int toRows, int rowCount) {
        long rowBytes = layout.rowBytes();
        for (long head = 0; head < layout.headCount(); head++) {
            MemorySegment.copy(from, head * fromRows * rowBytes, to, head * toRows * rowBytes, rowCount * rowBytes);
        }
    }

    private MemorySegment slot(int index, int slot) {
        return tensors.get(index).slice(slot, 1).data();
    }

    @Override
    public void clear(int slot) {
        for (int index = 0; index < tensors.size(); index++) {
            slot(index, slot).fill((byte) 0);
        }
    }

    private record HostRows(int rowCount, Arena arena, List<MemorySegment> tensors) implements SavedRows {
        @Override
        public void close() {
            arena.close();
        }
    }

    @Override
    public SavedRows save(int slot, int rowCount) {
        Arena own = Arena.ofShared();
        List<MemorySegment> copies = new ArrayList<>();
        for (int index = 0; index < tensors.size(); index++) {
            MemorySegment copy = own.allocate((long) layout.headCount() * rowCount * layout.rowBytes());
            copyHeads(slot(index, slot), layout.rowCount(), copy, rowCount, rowCount);
            copies.add(copy);
        }
        return new HostRows(rowCount, own, copies);
    }

    @Override
    public void restore(SavedRows rows, int slot) {
        HostRows saved = (HostRows) rows;
        for (int index = 0; index < tensors.size(); index++) {
            copyHeads(
                    saved.tensors().get(index),
                    saved.rowCount(),
                    slot(index, slot),
                    layout.rowCount(),
                    saved.rowCount());
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
