package ai.autoglm.backend;

import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import org.slf4j.Logger;

/// The one log line of a request, with its id, and the span of the whole request. Nothing of its content.
public final class RequestLog {
    private static final int MAX_ID_LENGTH = 128;

    private final Logger log;
    private final Stage call;
    private String requestId = "unknown";

    /// @param call the span of the whole request
    public RequestLog(Logger log, Stage call) {
        this.log = log;
        this.call = call;
    }

    /// @param id as the client made it: anything that could forge a line is replaced
    public void requestId(String id) {
        requestId = id.substring(0, Math.min(id.length(), MAX_ID_LENGTH)).replaceAll("[^!-~]", "?");
        call.set("autoglm.request_id", requestId);
    }

    /// @param details sizes and durations, each after a blank
    public void succeeded(String details) {
        log.info("request={}{} outcome=ok", requestId, details);
    }

    /// @param details as [#succeeded] takes them
    /// @return the code that the client is given
    public ErrorCode failed(Throwable failure, String details) {
        ErrorCode code = failure instanceof ServingException error ? error.code() : ErrorCode.INTERNAL;
        call.fail(code.wireName());
        if (code.type() == ErrorType.INTERNAL_ERROR) {
            log.error("request={}{} outcome={}", requestId, details, code.wireName(), failure);
        } else {
            log.info("request={}{} outcome={}", requestId, details, code.wireName());
        }
        return code;
    }
}
