package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The one log line of a request: its id, its sizes and durations, how it ended. Nothing of its content.
final class GenerationLog {
    private static final int MAX_ID_LENGTH = 128;

    private final Logger log;
    private final long start = System.nanoTime();
    private String requestId = "unknown";
    private @Nullable Long firstToken; // milliseconds
    private String sizes = "";

    GenerationLog(Logger log) {
        this.log = log;
    }

    /// @param id as the client made it: anything that could forge a line is replaced
    void requestId(String id) {
        requestId = id.substring(0, Math.min(id.length(), MAX_ID_LENGTH)).replaceAll("[^!-~]", "?");
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
        log.info("request={}{} first-token={}ms total={}ms outcome=ok", requestId, sizes, firstToken, elapsed());
    }

    void failed(Throwable failure) {
        ErrorCode code = failure instanceof ServingException error ? error.code() : ErrorCode.INTERNAL;
        if (code.type() == ErrorType.INTERNAL_ERROR) {
            log.error("request={} total={}ms outcome={}", requestId, elapsed(), code.wireName(), failure);
        } else {
            log.info("request={} total={}ms outcome={}", requestId, elapsed(), code.wireName());
        }
    }

    private long elapsed() {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
