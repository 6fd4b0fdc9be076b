package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.plan.PlanContext;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.toolkit.engine.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.tensorrt.global.nvinfer.OptProfileSelector;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;

/// An execution context of TensorRT's. Used from one thread at a time.
final class CudaContext implements PlanContext {
    private final ICudaEngine engine;
    private final IExecutionContext context;
    private final List<PlanTensor> tensors;
    private final int profile;

    /// Chooses the profile, once and before any shape. TensorRT may copy on the stream that it is given, and the
    /// first run must come after: a stream of its own is waited for here.
    CudaContext(ICudaEngine engine, IExecutionContext context, List<PlanTensor> tensors, int profile) {
        this.engine = engine;
        this.context = context;
        this.tensors = List.copyOf(tensors);
        this.profile = profile;
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
    public Map<String, Long> largestBytes() {
        for (PlanTensor tensor : tensors) {
            if (tensor.isInput() && tensor.extents().contains(-1L)) {
                Dims64 largest = engine.getProfileShape(tensor.name(), profile, OptProfileSelector.kMAX);
                TensorRt.accept("setInputShape of " + tensor.name(), context.setInputShape(tensor.name(), largest));
            }
        }
        Map<String, Long> sizes = new HashMap<>();
        for (PlanTensor tensor : tensors) {
            long bytes = tensor.type().bytes();
            for (long extent : CudaPlan.extents(context.getTensorShape(tensor.name()))) {
                if (extent < 0) {
                    throw GpuException.failed("getTensorShape", "the size of " + tensor.name() + " is not known");
                }
                bytes *= extent;
            }
            sizes.put(tensor.name(), bytes);
        }
        return sizes;
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
