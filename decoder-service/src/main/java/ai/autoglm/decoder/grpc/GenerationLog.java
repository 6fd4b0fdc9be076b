package ai.autoglm.decoder.grpc;

import ai.autoglm.backend.RequestLog;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.SequenceTimes;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The one log line of a request: its id, its sizes and durations, how it ended, and its spans where it is traced.
/// Nothing of its content.
final class GenerationLog {
    private final RequestLog log;
    private final Stage call;
    private final long start = System.nanoTime();
    private @Nullable Long firstToken; // milliseconds
    private String sizes = "";
    private @Nullable SequenceTimes times;

    /// @param call the span of the whole request
    GenerationLog(Logger log, Stage call) {
        this.log = new RequestLog(log, call);
        this.call = call;
    }

    /// @param id as the client made it
    void requestId(String id) {
        log.requestId(id);
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
        log.succeeded(sizes + " first-token=" + firstToken + "ms" + total());
    }

    /// @return the code that the client is given
    ErrorCode failed(Throwable failure) {
        tracePhases();
        return log.failed(failure, total());
    }

    private void tracePhases() {
        if (times != null) {
            times.queue().ifPresent(queue -> call.past("queue", queue.startNanos(), queue.endNanos()));
            times.prefill().ifPresent(prefill -> call.past("prefill", prefill.startNanos(), prefill.endNanos()));
            times.decode().ifPresent(decode -> call.past("decode", decode.startNanos(), decode.endNanos()));
        }
    }

    private String total() {
        return " total=" + elapsed() + "ms";
    }

    private long elapsed() {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
