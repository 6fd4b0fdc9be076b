package ai.autoglm.backend.encode;

import ai.autoglm.backend.RequestLog;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import java.time.Duration;
import org.slf4j.Logger;

/// The one log line of a request: its id, its size and how long each stage took, and its spans where it is traced.
/// Nothing of its content. Used by the request's own thread.
final class EncodeLog {
    private final RequestLog log;
    private final Stage call;
    private final StringBuilder stages = new StringBuilder();
    private long stageStart = System.nanoTime();
    private int tokenCount;

    /// The request's first stage begins now.
    ///
    /// @param call the span of the whole request
    EncodeLog(Logger log, Stage call) {
        this.log = new RequestLog(log, call);
        this.call = call;
    }

    /// @param id as the client made it
    void requestId(String id) {
        log.requestId(id);
    }

    void tokenCount(int count) {
        tokenCount = count;
    }

    /// A stage ends, and the next begins.
    ///
    /// @return how long it took
    Duration stageDone(String stage) {
        long now = System.nanoTime();
        Duration taken = Duration.ofNanos(now - stageStart);
        call.past(stage, stageStart, now);
        stageStart = now;
        stages.append(' ').append(stage).append('=').append(taken.toMillis()).append("ms");
        return taken;
    }

    void succeeded() {
        log.succeeded(" tokens=" + tokenCount + stages);
    }

    /// @return the code that the client is given
    ErrorCode failed(Throwable failure) {
        return log.failed(failure, stages.toString());
    }
}
