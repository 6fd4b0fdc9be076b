package ai.autoglm.tensorrt.testing;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.tensorrt.gpu.GpuStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A GPU in host memory. Work of a stream is done when the stream is waited for and not before, so that code which
/// reads or reuses memory too early gets what a real GPU would give it at the worst moment. Addresses outside of
/// living allocations, and copies to or from memory that is not pinned, fail.
public final class FakeGpu implements Gpu {
    private static final long FIRST_ADDRESS = 0x7000_0000_0000L;
    private static final int ALIGNMENT = 256;

    private final Arena arena = Arena.ofShared();
    private final long totalBytes;
    private final TreeMap<Long, MemorySegment> allocations = new TreeMap<>();
    private final List<MemorySegment> pinned = new ArrayList<>();
    private final List<FakeStream> streams = new ArrayList<>();
    private long nextAddress = FIRST_ADDRESS;
    private long usedBytes;
    private @Nullable String failing;
    private @Nullable String refusing;
    private boolean pinnedRefused;
    private int passing;
    private int launchCount;

    public FakeGpu(long totalBytes) {
        this.totalBytes = totalBytes;
    }

    /// Makes the next call of this name fail, as in CUDA's documentation.
    public void failNext(String call) {
        failAfter(0, call);
    }

    /// As [#failNext], after some calls that do not fail.
    public void failAfter(int calls, String call) {
        failing = call;
        passing = calls;
    }

    /// Makes the next call of this name return without having done anything.
    public void refuseNext(String call) {
        refusing = call;
    }

    /// Makes every allocation of pinned memory fail from now on, or no longer.
    public void refusePinnedMemory(boolean refused) {
        pinnedRefused = refused;
    }

    void check(String call) {
        if (call.equals(refusing)) {
            refusing = null;
            throw GpuException.refused(call, "there is no more memory");
        }
        if (call.equals(failing) && passing-- == 0) {
            failing = null;
            throw GpuException.failed(call, "cudaErrorIllegalAddress");
        }
    }

    @Override
    public GpuInfo info() {
        return new GpuInfo("Fake GPU", 8, 9, 13_030, totalBytes);
    }

    @Override
    public long freeBytes() {
        return totalBytes - usedBytes;
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        check("cudaMalloc");
        if (bytes > freeBytes()) {
            throw GpuException.outOfMemory("cudaMalloc", bytes);
        }
        DeviceMemory memory = new DeviceMemory(nextAddress, bytes);
        MemorySegment content = arena.allocate(Math.max(bytes, 1), ALIGNMENT);
        // Undefined, and never what anybody wants.
        content.fill((byte) 0xCC);
        allocations.put(nextAddress, content);
        // A gap: what runs over the end hits nothing.
        nextAddress += (bytes / ALIGNMENT + 2) * ALIGNMENT;
        usedBytes += bytes;
        return memory;
    }

    @Override
    public void free(DeviceMemory memory) {
        streams.forEach(stream -> stream.requireUnused("cudaFree", FakeStream.Range.of(memory)));
        MemorySegment content = allocations.remove(memory.address());
        if (content == null || content.byteSize() != Math.max(memory.byteSize(), 1)) {
            throw new IllegalStateException("cudaFree of what is no allocation: " + memory);
        }
        usedBytes -= memory.byteSize();
    }

    @Override
    public MemorySegment allocatePinned(long bytes) {
        check("cudaHostAlloc");
        if (pinnedRefused) {
            throw GpuException.outOfMemory("cudaHostAlloc", bytes);
        }
        MemorySegment memory = arena.allocate(Math.max(bytes, 1), ALIGNMENT);
        pinned.add(memory);
        return memory;
    }

    @Override
    public void freePinned(MemorySegment memory) {
        streams.forEach(stream -> stream.requireUnused("cudaFreeHost", FakeStream.Range.of(memory)));
        if (!pinned.removeIf(own -> own.address() == memory.address())) {
            throw new IllegalStateException("cudaFreeHost of what is not pinned");
        }
    }

    @Override
    public GpuStream openStream() {
        FakeStream stream = new FakeStream(this);
        streams.add(stream);
        return stream;
    }

    /// The bytes at a device address.
    MemorySegment content(DeviceMemory memory) {
        Map.Entry<Long, MemorySegment> allocation = allocations.floorEntry(memory.address());
        if (allocation == null
                || memory.address() + memory.byteSize()
                        > allocation.getKey() + allocation.getValue().byteSize()) {
            throw new IllegalStateException(memory + " is not within an allocation");
        }
        return allocation.getValue().asSlice(memory.address() - allocation.getKey(), memory.byteSize());
    }

    void requirePinned(MemorySegment memory) {
        boolean found = pinned.stream()
                .anyMatch(own -> own.address() <= memory.address()
                        && memory.address() + memory.byteSize() <= own.address() + own.byteSize());
        if (!found) {
            throw new IllegalStateException("A copy beside computations needs pinned memory");
        }
    }

    void launched() {
        launchCount++;
    }

    /// How often a captured graph was launched.
    public int launchCount() {
        return launchCount;
    }

    /// Allocations that are alive.
    public int allocationCount() {
        return allocations.size();
    }

    @Override
    public void close() {
        arena.close();
    }
}
