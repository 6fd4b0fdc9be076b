package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.plan.LoadedPart;
import ai.autoglm.tensorrt.plan.PlanSource;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Target;

/// Runs model parts on one GPU with TensorRT.
public final class TensorRtEngine implements Engine {
    public static final String NAME = "tensorrt";

    private final Gpu gpu;
    private final PlanSource plans;
    private final GraphSettings graphs;
    private final DeviceFailure failure;

    /// @param gpu closed with this
    public TensorRtEngine(Gpu gpu, PlanSource plans, GraphSettings graphs, DeviceFailure failure) {
        this.gpu = gpu;
        this.plans = plans;
        this.graphs = graphs;
        this.failure = failure;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Target target() {
        return Target.GPU;
    }

    @Override
    public ModelSession open(ModelPart part) {
        try {
            long freeBytes = gpu.freeBytes();
            LoadedPart loaded = plans.load(part);
            return new TensorRtSession(gpu, loaded, part, freeBytes, graphs, failure);
        } catch (GpuException e) {
            throw new EngineException("The " + part.kind() + " cannot be loaded to the GPU: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        gpu.close();
    }
}
