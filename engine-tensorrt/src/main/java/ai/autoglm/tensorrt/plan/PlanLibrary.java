package ai.autoglm.tensorrt.plan;

import java.lang.foreign.MemorySegment;

/// TensorRT's runtime.
public interface PlanLibrary {
    /// Such as "11.2.1".
    String version();

    /// Makes an engine of a serialized one. A plan is code: only what this installation has signed may come here.
    ///
    /// @param plan must stay readable for the life of the process
    /// @throws ai.autoglm.tensorrt.gpu.GpuException when it cannot be loaded
    LoadedPlan load(MemorySegment plan);
}
