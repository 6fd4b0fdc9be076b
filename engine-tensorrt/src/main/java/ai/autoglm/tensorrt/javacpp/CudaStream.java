package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuGraph;
import ai.autoglm.tensorrt.gpu.GpuStream;
import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;

/// A non-blocking stream of CUDA's.
final class CudaStream implements GpuStream {
    private final CUstream_st stream;
    private final CUevent_st event = new CUevent_st();

    private record CudaGraph(CUgraphExec_st executable) implements GpuGraph {}

    CudaStream(CUstream_st stream) {
        this.stream = stream;
        Cuda.check("cudaEventCreateWithFlags", cudart.cudaEventCreateWithFlags(event, cudart.cudaEventDisableTiming));
    }

    CUstream_st handle() {
        return stream;
    }

    @Override
    public void copyToDevice(DeviceMemory target, MemorySegment source) {
        copy(Cuda.pointer(target), Cuda.pointer(source), source.byteSize(), cudart.cudaMemcpyHostToDevice);
    }

    @Override
    public void copyToHost(MemorySegment target, DeviceMemory source) {
        copy(Cuda.pointer(target), Cuda.pointer(source), source.byteSize(), cudart.cudaMemcpyDeviceToHost);
    }

    private void copy(Pointer target, Pointer source, long bytes, int kind) {
        Cuda.check("cudaMemcpyAsync", cudart.cudaMemcpyAsync(target, source, bytes, kind, stream));
    }

    @Override
    public void copyRows(
            DeviceMemory target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows) {
        copyRows(
                Cuda.pointer(target),
                targetPitch,
                Cuda.pointer(source),
                sourcePitch,
                width,
                rows,
                cudart.cudaMemcpyDeviceToDevice);
    }

    @Override
    public void copyRowsToHost(
            MemorySegment target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows) {
        copyRows(
                Cuda.pointer(target),
                targetPitch,
                Cuda.pointer(source),
                sourcePitch,
                width,
                rows,
                cudart.cudaMemcpyDeviceToHost);
    }

    @Override
    public void copyRowsToDevice(
            DeviceMemory target, long targetPitch, MemorySegment source, long sourcePitch, long width, long rows) {
        copyRows(
                Cuda.pointer(target),
                targetPitch,
                Cuda.pointer(source),
                sourcePitch,
                width,
                rows,
                cudart.cudaMemcpyHostToDevice);
    }

    private void copyRows(
            Pointer target, long targetPitch, Pointer source, long sourcePitch, long width, long rows, int kind) {
        Cuda.check(
                "cudaMemcpy2DAsync",
                cudart.cudaMemcpy2DAsync(target, targetPitch, source, sourcePitch, width, rows, kind, stream));
    }

    @Override
    public void fillWithZeros(DeviceMemory memory) {
        Cuda.check("cudaMemsetAsync", cudart.cudaMemsetAsync(Cuda.pointer(memory), 0, memory.byteSize(), stream));
    }

    @Override
    public void waitFor(GpuStream other) {
        CudaStream behind = (CudaStream) other;
        Cuda.check("cudaEventRecord", cudart.cudaEventRecord(behind.event, behind.stream));
        Cuda.check("cudaStreamWaitEvent", cudart.cudaStreamWaitEvent(stream, behind.event, 0));
    }

    @Override
    public void synchronize() {
        Cuda.check("cudaStreamSynchronize", cudart.cudaStreamSynchronize(stream));
    }

    @Override
    public void beginCapture() {
        // Of this thread: what others do to the GPU meanwhile does not break the capture.
        Cuda.check(
                "cudaStreamBeginCapture",
                cudart.cudaStreamBeginCapture(stream, cudart.cudaStreamCaptureModeThreadLocal));
    }

    @Override
    public GpuGraph endCapture() {
        CUgraph_st graph = new CUgraph_st();
        int status = cudart.cudaStreamEndCapture(stream, graph);
        if (status != cudart.cudaSuccess) {
            // An invalidated capture is over, and its error must not be found by the next call.
            cudart.cudaGetLastError();
            throw GpuException.failed("cudaStreamEndCapture", Cuda.describe(status));
        }
        CUgraphExec_st executable = new CUgraphExec_st();
        status = cudart.cudaGraphInstantiate(executable, graph, 0);
        Cuda.check("cudaGraphDestroy", cudart.cudaGraphDestroy(graph));
        if (status != cudart.cudaSuccess) {
            cudart.cudaGetLastError();
            throw GpuException.failed("cudaGraphInstantiate", Cuda.describe(status));
        }
        return new CudaGraph(executable);
    }

    @Override
    public void launch(GpuGraph graph) {
        Cuda.check("cudaGraphLaunch", cudart.cudaGraphLaunch(((CudaGraph) graph).executable(), stream));
    }
}
