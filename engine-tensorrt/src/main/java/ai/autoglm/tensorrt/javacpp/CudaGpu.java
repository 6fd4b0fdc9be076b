package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.tensorrt.gpu.GpuStream;
import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/// The first GPU that this process sees, which is the only one: CUDA_VISIBLE_DEVICES chooses it.
final class CudaGpu implements Gpu {
    private static final int DEVICE = 0;

    private final GpuInfo info;

    private CudaGpu(GpuInfo info) {
        this.info = info;
    }

    static CudaGpu open() {
        // Each thread starts with device 0: no other thread has to choose it.
        Cuda.check("cudaSetDevice", cudart.cudaSetDevice(DEVICE));
        int[] version = new int[1];
        Cuda.check("cudaDriverGetVersion", cudart.cudaDriverGetVersion(version));
        cudaDeviceProp properties = new cudaDeviceProp();
        Cuda.check("cudaGetDeviceProperties", cudart.cudaGetDeviceProperties(properties, DEVICE));
        return new CudaGpu(new GpuInfo(
                properties.name().getString(),
                properties.major(),
                properties.minor(),
                version[0],
                properties.totalGlobalMem()));
    }

    @Override
    public GpuInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1);
        Cuda.check("cudaMemGetInfo", cudart.cudaMemGetInfo(free, total));
        return free.get();
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        Pointer memory = new Pointer();
        int status = cudart.cudaMalloc(memory, Math.max(1, bytes));
        if (status == cudart.cudaErrorMemoryAllocation) {
            // Not sticky, but remembered: the next call would be blamed for it.
            cudart.cudaGetLastError();
            throw GpuException.outOfMemory("cudaMalloc", bytes);
        }
        Cuda.check("cudaMalloc", status);
        return new DeviceMemory(memory.address(), bytes);
    }

    @Override
    public void free(DeviceMemory memory) {
        Cuda.check("cudaFree", cudart.cudaFree(Cuda.pointer(memory)));
    }

    @Override
    public MemorySegment allocatePinned(long bytes) {
        Pointer memory = new Pointer();
        int status = cudart.cudaHostAlloc(memory, Math.max(1, bytes), cudart.cudaHostAllocDefault);
        if (status == cudart.cudaErrorMemoryAllocation) {
            cudart.cudaGetLastError();
            throw GpuException.outOfMemory("cudaHostAlloc", bytes);
        }
        Cuda.check("cudaHostAlloc", status);
        return MemorySegment.ofAddress(memory.address()).reinterpret(Math.max(1, bytes));
    }

    @Override
    public void freePinned(MemorySegment memory) {
        Cuda.check("cudaFreeHost", cudart.cudaFreeHost(Cuda.pointer(memory)));
    }

    @Override
    public GpuStream openStream() {
        CUstream_st stream = new CUstream_st();
        Cuda.check("cudaStreamCreateWithFlags", cudart.cudaStreamCreateWithFlags(stream, cudart.cudaStreamNonBlocking));
        return new CudaStream(stream);
    }

    /// Nothing to do: the driver frees what a process had.
    @Override
    public void close() {}
}
