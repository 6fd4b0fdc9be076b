package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.GpuException;

/// What is done when a GPU cannot be trusted any more.
@FunctionalInterface
public interface DeviceFailure {
    /// Told once a failure is noticed, perhaps several times. Returns, so that requests under way get their error.
    void report(GpuException failure);
}
