package ai.autoglm.tensorrt.gpu;

import java.lang.foreign.MemorySegment;

/// One GPU. Every call is checked: what fails throws a [GpuException]. Used from one thread at a time.
///
/// How to test against it: [ai.autoglm.tensorrt.testing.FakeGpu] enforces addresses, bounds and the order of streams.
public interface Gpu extends AutoCloseable {
    GpuInfo info();

    /// Memory that nobody has, of other processes too.
    long freeBytes();

    /// Memory with undefined content.
    DeviceMemory allocate(long bytes);

    void free(DeviceMemory memory);

    /// Host memory that copies run to and from beside computations.
    MemorySegment allocatePinned(long bytes);

    void freePinned(MemorySegment memory);

    /// A stream that does not wait for the default stream.
    GpuStream openStream();

    /// Frees the streams; memory goes with the process.
    @Override
    void close();
}
