package ai.autoglm.tensorrt.plan;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// TensorRT's builder. For a process that ends soon: what it allocates is never freed.
public interface PlanBuilder {
    /// Builds an engine.
    ///
    /// @param timings of kernels that earlier builds on this GPU have measured
    /// @throws ai.autoglm.tensorrt.gpu.GpuException when it cannot be built
    Built build(NetworkSource network, Optional<MemorySegment> timings, BuildProgress progress);

    /// @param plan readable until the process ends
    /// @param timings to give to the next build, likewise
    record Built(MemorySegment plan, MemorySegment timings) {}
}
