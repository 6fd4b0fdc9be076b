package ai.autoglm.tensorrt.javacpp;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.tensorrt.nvinfer.ILogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TensorRT's messages in the log of the process. One for the life of the process: TensorRT keeps the pointer and may
/// call from any thread.
final class TensorRtLog extends ILogger {
    static final TensorRtLog SHARED = new TensorRtLog();

    private static final Logger LOG = LoggerFactory.getLogger("TensorRT");
    /// The first of several tells the cause more often than the last.
    private static final int KEPT_ERRORS = 5;

    private final Deque<String> errors = new ArrayDeque<>();

    private TensorRtLog() {}

    @Override
    public void log(Severity severity, String message) {
        switch (severity.intern()) {
            case kINTERNAL_ERROR, kERROR -> {
                keep(message);
                LOG.error(message);
            }
            case kWARNING -> LOG.warn(message);
            case kINFO -> LOG.debug(message);
            case kVERBOSE -> LOG.trace(message);
        }
    }

    private void keep(String message) {
        synchronized (errors) {
            if (errors.size() < KEPT_ERRORS) {
                errors.add(message);
            }
        }
    }

    /// What TensorRT has said of something that failed, and forgets it: its calls return nothing but null or false.
    String takeErrors() {
        synchronized (errors) {
            String text = errors.isEmpty() ? "no message" : String.join("; ", errors);
            errors.clear();
            return text;
        }
    }
}
