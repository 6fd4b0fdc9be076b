package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.MemorySegment;

/// The way of one input or output between host and GPU: pinned memory, and memory on the GPU at an address that never
/// changes, both as large as the largest shape that the engine was built for.
final class StagedTensor {
    private final String name;
    private final MemorySegment pinned;
    private final DeviceMemory device;

    StagedTensor(String name, Gpu gpu, long capacity) {
        this.name = name;
        device = gpu.allocate(capacity);
        pinned = gpu.allocatePinned(capacity);
    }

    /// Sends a tensor to the GPU.
    ///
    /// @return where it will be once the stream is there
    /// @throws EngineException when it is larger than the engine was built for
    DeviceMemory upload(Tensor tensor, GpuStream stream) {
        DeviceMemory target = device(tensor.data().byteSize());
        MemorySegment staging = pinned.asSlice(0, tensor.data().byteSize());
        staging.copyFrom(tensor.data());
        stream.copyToDevice(target, staging);
        return target;
    }

    /// Memory on the GPU for `bytes` bytes.
    ///
    /// @throws EngineException when that is more than the engine was built for
    DeviceMemory device(long bytes) {
        if (bytes > device.byteSize()) {
            throw new EngineException(
                    name + " has " + bytes + " bytes, but the engine was built for " + device.byteSize() + " at most.");
        }
        return device.slice(0, bytes);
    }

    /// Asks for what a run has written.
    void download(long bytes, GpuStream stream) {
        stream.copyToHost(pinned.asSlice(0, bytes), device(bytes));
    }

    /// Gives what was asked for, once the stream is done.
    void finish(Tensor tensor) {
        tensor.data().copyFrom(pinned.asSlice(0, tensor.data().byteSize()));
    }
}
