package ai.autoglm.tensorrt.javacpp;

import org.bytedeco.tensorrt.nvinfer.ILogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TensorRT's messages in the log of the process. One for the life of the process: TensorRT keeps the pointer and may
/// call from any thread.
final class TensorRtLog extends ILogger {
    static final TensorRtLog SHARED = new TensorRtLog();

    private static final Logger LOG = LoggerFactory.getLogger("TensorRT");

    private volatile String lastError = "no message";

    private TensorRtLog() {}

    @Override
    public void log(Severity severity, String message) {
        switch (severity.intern()) {
            case kINTERNAL_ERROR, kERROR -> {
                lastError = message;
                LOG.error(message);
            }
            case kWARNING -> LOG.warn(message);
            case kINFO -> LOG.debug(message);
            case kVERBOSE -> LOG.trace(message);
        }
    }

    /// What TensorRT said last of something that failed: its calls return nothing but null or false.
    String lastError() {
        return lastError;
    }
}
