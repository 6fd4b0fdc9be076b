package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.plan.PlanContext;
import ai.autoglm.toolkit.engine.Shape;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;

/// An execution context of TensorRT's. Used from one thread at a time.
final class CudaContext implements PlanContext {
    private final IExecutionContext context;

    CudaContext(IExecutionContext context) {
        this.context = context;
    }

    /// Chooses the profile, once and before any shape. TensorRT may copy on the stream that it is given, and the
    /// first run must come after: a stream of its own is waited for here.
    void choose(int profile) {
        CUstream_st stream = new CUstream_st();
        Cuda.check("cudaStreamCreateWithFlags", cudart.cudaStreamCreateWithFlags(stream, cudart.cudaStreamNonBlocking));
        TensorRt.require("setOptimizationProfileAsync", context.setOptimizationProfileAsync(profile, stream));
        Cuda.check("cudaStreamSynchronize", cudart.cudaStreamSynchronize(stream));
        Cuda.check("cudaStreamDestroy", cudart.cudaStreamDestroy(stream));
    }

    @Override
    public void useActivationMemory(DeviceMemory memory) {
        context.setDeviceMemoryV2(Cuda.pointer(memory), memory.byteSize());
    }

    @Override
    public void setShape(String input, Shape shape) {
        TensorRt.accept("setInputShape of " + input + shape, context.setInputShape(input, TensorRt.dims(shape)));
    }

    @Override
    public void setAddress(String tensor, DeviceMemory memory) {
        TensorRt.accept("setTensorAddress of " + tensor, context.setTensorAddress(tensor, Cuda.pointer(memory)));
    }

    @Override
    public void enqueue(GpuStream stream) {
        TensorRt.require("enqueueV3", context.enqueueV3(((CudaStream) stream).handle()));
    }
}
