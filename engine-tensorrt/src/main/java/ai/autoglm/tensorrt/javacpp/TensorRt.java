package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.tensorrt.plan.PlanBuilder;
import ai.autoglm.tensorrt.plan.PlanLibrary;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IRuntime;
import org.jspecify.annotations.Nullable;

/// TensorRT of this process: its GPU, its runtime, its builder. The presets bind no destructors, so all of it lives as
/// long as the process.
public final class TensorRt implements PlanLibrary {
    /// The release that the bindings were made for: another one has other classes behind the same names.
    private static final int MAJOR = 11;

    private static final int MINOR = 2;

    private final CudaGpu gpu;
    private final String version;
    private @Nullable IRuntime runtime;

    private TensorRt(CudaGpu gpu, String version) {
        this.gpu = gpu;
        this.version = version;
    }

    /// Loads the libraries and opens the GPU that CUDA_VISIBLE_DEVICES leaves.
    ///
    /// @param natives folder of the bindings' libraries
    /// @param builder whether engines are to be built
    /// @throws EngineException with one sentence when something is missing or too old
    public static TensorRt open(Path natives, boolean builder) {
        GpuDriver.open().requireRecent();
        String version = requireInstalled(natives, builder);
        try {
            return new TensorRt(CudaGpu.open(), version);
        } catch (GpuException e) {
            throw new EngineException("No GPU can be used: " + e.getMessage(), e);
        }
    }

    /// Loads the libraries, and uses no GPU.
    ///
    /// @param natives folder of the bindings' libraries
    /// @param builder whether engines are to be built
    /// @return the release of TensorRT
    /// @throws EngineException with one sentence when something is missing or of another release
    public static String requireInstalled(Path natives, boolean builder) {
        NativeLibraries.load(natives, builder);
        int major = nvinfer.getInferLibMajorVersion();
        int minor = nvinfer.getInferLibMinorVersion();
        String version = major + "." + minor + "." + nvinfer.getInferLibPatchVersion();
        if (major != MAJOR || minor != MINOR) {
            throw new EngineException(
                    "TensorRT " + version + " is installed, but this release needs " + MAJOR + "." + MINOR + ".");
        }
        return version;
    }

    /// As [#requireInstalled], with all that building takes.
    ///
    /// @param architecture of the GPU, such as "sm89"
    public static void requireBuilder(Path natives, String architecture) {
        NativeLibraries.requireBuilderResource(architecture, requireInstalled(natives, true));
    }

    public Gpu gpu() {
        return gpu;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public LoadedPlan load(MemorySegment plan) {
        IRuntime opened = runtime();
        // Plugins and host code would come from the plan: ours have none.
        opened.setEngineHostCodeAllowed(false);
        ICudaEngine engine = opened.deserializeCudaEngine(Cuda.pointer(plan), plan.byteSize());
        return new CudaPlan(require("deserializeCudaEngine", engine));
    }

    private IRuntime runtime() {
        if (runtime == null) {
            runtime = require("createInferRuntime", nvinfer.createInferRuntime(TensorRtLog.SHARED));
        }
        return runtime;
    }

    /// Builds engines on this GPU.
    public PlanBuilder builder() {
        return new NetworkBuilder();
    }

    /// @throws GpuException when TensorRT returned nothing
    static <T extends Pointer> T require(String call, @Nullable T result) {
        if (result == null || result.isNull()) {
            throw GpuException.failed(call, TensorRtLog.SHARED.takeErrors());
        }
        return result;
    }

    /// @throws GpuException when TensorRT returned false
    static void require(String call, boolean done) {
        if (!done) {
            throw GpuException.failed(call, TensorRtLog.SHARED.takeErrors());
        }
    }

    /// As [#require(String, boolean)], for a call that changes nothing when it returns false.
    static void accept(String call, boolean done) {
        if (!done) {
            throw GpuException.refused(call, TensorRtLog.SHARED.takeErrors());
        }
    }

    static Dims64 dims(Shape shape) {
        Dims64 dims = new Dims64().nbDims(shape.rank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            dims.d(axis, shape.extent(axis));
        }
        return dims;
    }
}
