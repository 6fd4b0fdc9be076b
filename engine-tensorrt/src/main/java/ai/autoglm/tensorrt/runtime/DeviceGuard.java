package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.toolkit.engine.EngineException;
import java.util.function.Supplier;

/// The one place where what a GPU answers becomes an error of the engine's, and a lost device is reported.
final class DeviceGuard {
    private final DeviceFailure failure;

    DeviceGuard(DeviceFailure failure) {
        this.failure = failure;
    }

    /// @throws EngineException in the place of a [GpuException]
    <T> T call(Supplier<T> work) {
        try {
            return work.get();
        } catch (GpuException e) {
            if (e.isFatal()) {
                failure.report(e);
                throw EngineException.deviceLost("The GPU failed: " + e.getMessage(), e);
            }
            throw new EngineException("The GPU could not run this: " + e.getMessage(), e);
        }
    }

    /// As [#call], for work without a result.
    void run(Runnable work) {
        call(() -> {
            work.run();
            return this;
        });
    }
}
