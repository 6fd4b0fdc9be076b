package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The way of one input or output between host and GPU: pinned memory, and memory on the GPU at an address that only
/// changes when a larger tensor comes than ever before.
final class StagedTensor {
    private static final long SMALLEST = 256;

    private final Gpu gpu;
    private @Nullable MemorySegment pinned;
    private @Nullable DeviceMemory device;

    StagedTensor(Gpu gpu) {
        this.gpu = gpu;
    }

    /// Sends a tensor to the GPU.
    ///
    /// @return where it will be once the stream is there
    DeviceMemory upload(Tensor tensor, GpuStream stream) {
        DeviceMemory target = reserve(tensor.data().byteSize());
        MemorySegment staging = pinned(tensor.data().byteSize());
        staging.copyFrom(tensor.data());
        stream.copyToDevice(target, staging);
        return target;
    }

    /// Memory on the GPU for `bytes` bytes.
    DeviceMemory reserve(long bytes) {
        DeviceMemory memory = device;
        if (memory == null || memory.byteSize() < bytes) {
            long capacity = Math.max(SMALLEST, Long.highestOneBit(Math.max(bytes, 1) * 2 - 1));
            if (memory != null) {
                gpu.free(memory);
                gpu.freePinned(pinned(0));
            }
            memory = gpu.allocate(capacity);
            device = memory;
            pinned = gpu.allocatePinned(capacity);
        }
        return memory.slice(0, bytes);
    }

    /// Asks for what a run has written.
    void download(long bytes, GpuStream stream) {
        stream.copyToHost(pinned(bytes), reserve(bytes));
    }

    /// Gives what was asked for, once the stream is done.
    void finish(Tensor tensor) {
        tensor.data().copyFrom(pinned(tensor.data().byteSize()));
    }

    private MemorySegment pinned(long bytes) {
        MemorySegment memory = pinned;
        if (memory == null) {
            throw new IllegalStateException("Nothing was reserved");
        }
        return bytes == 0 ? memory : memory.asSlice(0, bytes);
    }
}
