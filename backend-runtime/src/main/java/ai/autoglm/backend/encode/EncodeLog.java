package ai.autoglm.backend.encode;

import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import org.slf4j.Logger;

/// The one log line of a request: its id, its size and how long each stage took, and its spans where it is traced.
/// Nothing of its content.
/// Used by the request's own thread.
public final class EncodeLog {
    private static final int MAX_ID_LENGTH = 128;

    private final Logger log;
    private final Stage call;
    private final StringBuilder stages = new StringBuilder();
    private long stageStart = System.nanoTime();
    private String requestId = "unknown";
    private int tokenCount;

    /// The request's first stage begins now.
    ///
    /// @param call the span of the whole request
    public EncodeLog(Logger log, Stage call) {
        this.log = log;
        this.call = call;
    }

    /// @param id as the client made it: anything that could forge a line is replaced
    public void requestId(String id) {
        requestId = id.substring(0, Math.min(id.length(), MAX_ID_LENGTH)).replaceAll("[^!-~]", "?");
        call.set("autoglm.request_id", requestId);
    }

    public void tokenCount(int count) {
        tokenCount = count;
    }

    /// A stage ends, and the next begins.
    ///
    /// @return how long it took
    public Duration stageDone(String stage) {
        long now = System.nanoTime();
        Duration taken = Duration.ofNanos(now - stageStart);
        call.past(stage, stageStart, now);
        stageStart = now;
        stages.append(' ').append(stage).append('=').append(taken.toMillis()).append("ms");
        return taken;
    }

    public void succeeded() {
        log.info("request={} tokens={}{} outcome=ok", requestId, tokenCount, stages);
    }

    /// @return the code that the client is given
    public ErrorCode failed(Throwable failure) {
        ErrorCode code = failure instanceof ServingException error ? error.code() : ErrorCode.INTERNAL;
        call.fail(code.wireName());
        if (code.type() == ErrorType.INTERNAL_ERROR) {
            log.error("request={}{} outcome={}", requestId, stages, code.wireName(), failure);
        } else {
            log.info("request={}{} outcome={}", requestId, stages, code.wireName());
        }
        return code;
    }
}
