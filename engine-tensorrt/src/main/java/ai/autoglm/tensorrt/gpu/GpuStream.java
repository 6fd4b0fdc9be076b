package ai.autoglm.tensorrt.gpu;

import java.lang.foreign.MemorySegment;

/// Work for a GPU in order. Calls return before their work is done; memory that they name must stay as it is until
/// [#synchronize], or an event behind them, says so.
public interface GpuStream {
    /// @param source pinned
    void copyToDevice(DeviceMemory target, MemorySegment source);

    /// @param target pinned
    void copyToHost(MemorySegment target, DeviceMemory source);

    /// Copies `rows` rows of `width` bytes within the GPU.
    ///
    /// @param targetPitch bytes from one row to the next in `target`
    void copyRows(DeviceMemory target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows);

    /// As [#copyRows], to pinned host memory.
    void copyRowsToHost(
            MemorySegment target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows);

    /// As [#copyRows], from pinned host memory.
    void copyRowsToDevice(
            DeviceMemory target, long targetPitch, MemorySegment source, long sourcePitch, long width, long rows);

    void fillWithZeros(DeviceMemory memory);

    /// Makes what is added to this stream from now on wait for what is in `other` now.
    void waitFor(GpuStream other);

    /// Waits until everything is done.
    void synchronize();

    /// From now on work is written down and not done.
    void beginCapture();

    /// What was written down, ready to be launched any number of times; the memory it names is fixed.
    ///
    /// @throws GpuException when something in it cannot be captured; the stream is usable again
    GpuGraph endCapture();

    void launch(GpuGraph graph);
}
