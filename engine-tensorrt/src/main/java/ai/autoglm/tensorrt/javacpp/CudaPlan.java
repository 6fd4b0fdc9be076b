package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.tensorrt.plan.PlanContext;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.toolkit.engine.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.tensorrt.global.nvinfer.DataType;
import org.bytedeco.tensorrt.global.nvinfer.ExecutionContextAllocationStrategy;
import org.bytedeco.tensorrt.global.nvinfer.LayerInformationFormat;
import org.bytedeco.tensorrt.global.nvinfer.TensorIOMode;
import org.bytedeco.tensorrt.global.nvinfer.TensorLocation;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;

/// An engine of TensorRT's.
final class CudaPlan implements LoadedPlan {
    private final ICudaEngine engine;
    private final List<PlanTensor> tensors;

    CudaPlan(ICudaEngine engine) {
        this.engine = engine;
        List<PlanTensor> found = new ArrayList<>();
        for (int index = 0; index < engine.getNbIOTensors(); index++) {
            String name = engine.getIOTensorName(index);
            if (engine.getTensorLocation(name).intern() != TensorLocation.kDEVICE) {
                throw GpuException.failed("getTensorLocation", name + " would be in host memory");
            }
            found.add(new PlanTensor(
                    name,
                    engine.getTensorIOMode(name).intern() == TensorIOMode.kINPUT,
                    type(engine.getTensorDataType(name).intern()),
                    extents(engine.getTensorShape(name))));
        }
        tensors = List.copyOf(found);
    }

    private static ElementType type(DataType type) {
        return switch (type) {
            case kFLOAT -> ElementType.FLOAT32;
            case kHALF -> ElementType.FLOAT16;
            case kBF16 -> ElementType.BFLOAT16;
            case kINT32 -> ElementType.INT32;
            case kINT64 -> ElementType.INT64;
            case kBOOL -> ElementType.BOOL;
            case kUINT8 -> ElementType.UINT8;
            default -> throw GpuException.failed("getTensorDataType", type + " is no type of ours");
        };
    }

    static List<Long> extents(Dims64 dims) {
        return LongStream.range(0, dims.nbDims())
                .map(axis -> dims.d((int) axis))
                .boxed()
                .toList();
    }

    @Override
    public List<PlanTensor> tensors() {
        return tensors;
    }

    @Override
    public Optional<String> aliasOf(String output) {
        return Optional.ofNullable(engine.getAliasedInputTensor(output));
    }

    @Override
    public int profileCount() {
        return engine.getNbOptimizationProfiles();
    }

    @Override
    public long activationBytes(int profile) {
        return engine.getDeviceMemorySizeForProfileV2(profile);
    }

    @Override
    public PlanContext createContext(int profile) {
        // Null where memory is short: nothing has changed then.
        IExecutionContext context = engine.createExecutionContext(ExecutionContextAllocationStrategy.kUSER_MANAGED);
        TensorRt.accept("createExecutionContext", context != null && !context.isNull());
        return new CudaContext(engine, Objects.requireNonNull(context), tensors, profile);
    }

    @Override
    public String describeLayers() {
        return engine.createEngineInspector().getEngineInformation(LayerInformationFormat.kJSON);
    }
}
