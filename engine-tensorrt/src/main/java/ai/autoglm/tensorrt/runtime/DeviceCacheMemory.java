package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.SavedRows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Caches in a GPU's memory, at addresses that never change: one allocation a tensor, filled with zeros once. Slots
/// are moved between places by copies on the computing stream, so that no run sees half of one.
final class DeviceCacheMemory implements CacheMemory {
    /// Of every address that TensorRT is given. Source: NvInferRuntime.h, IExecutionContext::setTensorAddress.
    private static final int ALIGNMENT = 256;

    private final Gpu gpu;
    private final GpuStream stream;
    private final CacheLayout layout;
    private final List<DeviceMemory> tensors = new ArrayList<>(); // in the layout's order: [place, head, row, value]
    private final @Nullable DeviceMemory exchangeSpace; // one slot of one tensor; absent where a slot stays alone
    private final SlotPlacement placement;
    private final DeviceGuard guard;
    private final int[] usedRows; // by slot: no row from here on counts

    /// @param stream that runs are added to
    DeviceCacheMemory(Gpu gpu, GpuStream stream, CacheLayout layout, DeviceGuard guard) {
        this.gpu = gpu;
        this.stream = stream;
        this.layout = layout;
        this.guard = guard;
        placement = new SlotPlacement(layout.slotCount());
        usedRows = new int[layout.slotCount()];
        if (layout.slotBytes() % ALIGNMENT != 0) {
            throw new EngineException("A slot of the cache takes " + layout.slotBytes()
                    + " bytes, which is no multiple of " + ALIGNMENT + ": choose another max-model-len.");
        }
        for (int index = 0; index < layout.tensors().size(); index++) {
            DeviceMemory tensor = gpu.allocate(layout.slotCount() * layout.slotBytes());
            // Even a row that no mask shows must be finite: 0 · NaN is NaN.
            stream.fillWithZeros(tensor);
            tensors.add(tensor);
        }
        exchangeSpace = layout.slotCount() == 1 ? null : gpu.allocate(exchangeBytes(layout));
    }

    /// What moving slots takes beside the cache.
    static long exchangeBytes(CacheLayout layout) {
        return layout.slotCount() == 1 ? 0 : layout.slotBytes();
    }

    @Override
    public CacheLayout layout() {
        return layout;
    }

    @Override
    public List<Integer> arrange(List<Integer> slots) {
        guard.run(() -> placement.gather(slots).forEach(this::exchange));
        return IntStream.range(0, BatchSizes.batch(slots.size(), layout.slotCount()))
                .map(placement::slotAt)
                .boxed()
                .toList();
    }

    private void exchange(SlotPlacement.Exchange exchange) {
        // All of the longer one, so that nothing of it stays behind where another's rows end.
        int rows = Math.max(usedRows[exchange.slot()], usedRows[exchange.otherSlot()]);
        DeviceMemory between = Objects.requireNonNull(exchangeSpace, "a single slot is always at its place");
        for (DeviceMemory tensor : tensors) {
            DeviceMemory place = place(tensor, exchange.place());
            DeviceMemory other = place(tensor, exchange.otherPlace());
            copyHeads(between, other, rows);
            copyHeads(other, place, rows);
            copyHeads(place, between, rows);
        }
    }

    /// The memory of a tensor from a slot's place on, for `slotCount` slots side by side.
    ///
    /// @param index of the tensor in the layout
    DeviceMemory run(int index, List<Integer> slots) {
        int first = placement.placeOf(slots.getFirst());
        for (int element = 0; element < slots.size(); element++) {
            if (placement.placeOf(slots.get(element)) != first + element) {
                throw new IllegalArgumentException("Slots " + slots + " are not side by side");
            }
        }
        return tensors.get(index).slice(first * layout.slotBytes(), slots.size() * layout.slotBytes());
    }

    /// Whether a run of these slots begins at the first place, as arranged ones do.
    boolean isAtFirstPlace(List<Integer> slots) {
        return placement.placeOf(slots.getFirst()) == 0;
    }

    /// Says that rows before `endRow` of these slots may have been written.
    void written(List<Integer> slots, int endRow) {
        for (int slot : slots) {
            usedRows[slot] = Math.max(usedRows[slot], Math.min(endRow, layout.rowCount()));
        }
    }

    @Override
    public int keyCount(int rowCount) {
        return BatchSizes.keys(rowCount, layout.rowCount());
    }

    @Override
    public void copyRows(CacheMemory source, int sourceSlot, int targetSlot, int rowCount) {
        guard.run(() -> copyFrom((DeviceCacheMemory) source, sourceSlot, targetSlot, rowCount));
    }

    private void copyFrom(DeviceCacheMemory from, int sourceSlot, int targetSlot, int rowCount) {
        if (!from.stream.equals(stream)) {
            stream.waitFor(from.stream);
        }
        for (int index = 0; index < tensors.size(); index++) {
            stream.copyRows(
                    slot(index, targetSlot),
                    layout.rowCount() * layout.rowBytes(),
                    from.slot(index, sourceSlot),
                    from.layout.rowCount() * layout.rowBytes(),
                    rowCount * layout.rowBytes(),
                    layout.headCount());
        }
        written(List.of(targetSlot), rowCount);
    }

    private void copyHeads(DeviceMemory target, DeviceMemory source, int rows) {
        if (rows > 0) {
            long pitch = layout.rowCount() * layout.rowBytes();
            stream.copyRows(target, pitch, source, pitch, rows * layout.rowBytes(), layout.headCount());
        }
    }

    private DeviceMemory slot(int index, int slot) {
        return place(tensors.get(index), placement.placeOf(slot));
    }

    private DeviceMemory place(DeviceMemory tensor, int place) {
        return tensor.slice(place * layout.slotBytes(), layout.slotBytes());
    }

    @Override
    public void clear(int slot) {
        guard.run(() -> {
            for (int index = 0; index < tensors.size(); index++) {
                stream.fillWithZeros(slot(index, slot));
            }
        });
        usedRows[slot] = 0;
    }

    /// Rows in pinned memory: [tensor, head, row, value].
    private final class PinnedRows implements SavedRows {
        private final int rowCount;
        private final MemorySegment memory;

        PinnedRows(int rowCount) {
            this.rowCount = rowCount;
            memory = gpu.allocatePinned(tensors.size() * tensorBytes(rowCount));
        }

        MemorySegment tensor(int index) {
            return memory.asSlice(index * tensorBytes(rowCount), tensorBytes(rowCount));
        }

        @Override
        public int rowCount() {
            return rowCount;
        }

        @Override
        public void close() {
            guard.run(() -> {
                // A copy to or from it may be under way.
                stream.synchronize();
                gpu.freePinned(memory);
            });
        }
    }

    private long tensorBytes(int rowCount) {
        return (long) layout.headCount() * rowCount * layout.rowBytes();
    }

    @Override
    public SavedRows save(int slot, int rowCount) {
        return guard.call(() -> saveRows(slot, rowCount));
    }

    private SavedRows saveRows(int slot, int rowCount) {
        PinnedRows saved = new PinnedRows(rowCount);
        for (int index = 0; index < tensors.size(); index++) {
            stream.copyRowsToHost(
                    saved.tensor(index),
                    rowCount * layout.rowBytes(),
                    slot(index, slot),
                    layout.rowCount() * layout.rowBytes(),
                    rowCount * layout.rowBytes(),
                    layout.headCount());
        }
        return saved;
    }

    @Override
    public void restore(SavedRows rows, int slot) {
        guard.run(() -> restoreRows((PinnedRows) rows, slot));
    }

    private void restoreRows(PinnedRows saved, int slot) {
        for (int index = 0; index < tensors.size(); index++) {
            stream.copyRowsToDevice(
                    slot(index, slot),
                    layout.rowCount() * layout.rowBytes(),
                    saved.tensor(index),
                    saved.rowCount() * layout.rowBytes(),
                    saved.rowCount() * layout.rowBytes(),
                    layout.headCount());
        }
        written(List.of(slot), saved.rowCount());
    }

    @Override
    public void close() {
        guard.run(() -> {
            stream.synchronize();
            tensors.forEach(gpu::free);
            if (exchangeSpace != null) {
                gpu.free(exchangeSpace);
            }
        });
    }
}
