package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.SequenceTimes;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The one log line of a request: its id, its sizes and durations, how it ended, and its spans where it is traced.
/// Nothing of its content.
final class GenerationLog {
    private static final int MAX_ID_LENGTH = 128;

    private final Logger log;
    private final Stage call;
    private final long start = System.nanoTime();
    private String requestId = "unknown";
    private @Nullable Long firstToken; // milliseconds
    private String sizes = "";
    private @Nullable SequenceTimes times;

    /// @param call the span of the whole request
    GenerationLog(Logger log, Stage call) {
        this.log = log;
        this.call = call;
    }

    /// @param id as the client made it: anything that could forge a line is replaced
    void requestId(String id) {
        requestId = id.substring(0, Math.min(id.length(), MAX_ID_LENGTH)).replaceAll("[^!-~]", "?");
        call.set("autoglm.request_id", requestId);
    }

    /// Of the sequence that the request has become.
    void times(SequenceTimes ofSequence) {
        times = ofSequence;
    }

    void event(DecodeEvent event) {
        switch (event) {
            case DecodeEvent.Accepted accepted -> {}
            case DecodeEvent.PromptScored scored -> {}
            case DecodeEvent.Generated generated -> firstToken = firstToken == null ? elapsed() : firstToken;
            case DecodeEvent.Finished finished ->
                sizes = " prompt=" + finished.promptTokenCount() + " cached=" + finished.cachedTokenCount()
                        + " completion=" + finished.completionTokenCount() + " finish=" + finished.reason();
            case DecodeEvent.Failed failed -> {}
        }
    }

    void succeeded() {
        tracePhases();
        log.info("request={}{} first-token={}ms total={}ms outcome=ok", requestId, sizes, firstToken, elapsed());
    }

    /// @return the code that the client is given
    ErrorCode failed(Throwable failure) {
        ErrorCode code = failure instanceof ServingException error ? error.code() : ErrorCode.INTERNAL;
        tracePhases();
        call.fail(code.wireName());
        if (code.type() == ErrorType.INTERNAL_ERROR) {
            log.error("request={} total={}ms outcome={}", requestId, elapsed(), code.wireName(), failure);
        } else {
            log.info("request={} total={}ms outcome={}", requestId, elapsed(), code.wireName());
        }
        return code;
    }

    private void tracePhases() {
        if (times != null) {
            times.queue().ifPresent(queue -> call.past("queue", queue.startNanos(), queue.endNanos()));
            times.prefill().ifPresent(prefill -> call.past("prefill", prefill.startNanos(), prefill.endNanos()));
            times.decode().ifPresent(decode -> call.past("decode", decode.startNanos(), decode.endNanos()));
        }
    }

    private long elapsed() {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
