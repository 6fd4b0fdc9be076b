package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.GpuException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the process after a device error, shortly after: requests under way get their error first, or move elsewhere.
/// No state of CUDA survives such an error, so whoever started the process starts it again.
public final class ProcessEnd implements DeviceFailure {
    /// Exit status of a process whose GPU failed.
    public static final int STATUS = 70;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final AtomicBoolean ending = new AtomicBoolean();

    @Override
    public void report(GpuException failure) {
        if (ending.compareAndSet(false, true)) {
            LOG.error(
                    "The GPU failed: {}. This process ends with status {} in {} s.",
                    failure.getMessage(),
                    STATUS,
                    GRACE.toSeconds());
            Thread.ofPlatform().daemon().name("gpu-failure").start(ProcessEnd::end);
        }
    }

    private static void end() {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Not exit: hooks would close what waits for the GPU.
        Runtime.getRuntime().halt(STATUS);
    }
}
