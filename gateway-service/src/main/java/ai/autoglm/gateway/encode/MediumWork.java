package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.PendingWork;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.proto.trace.Stage;

/// A medium on its way to rows, which counts as pending work until it is closed.
///
/// @param record of the request that it belongs to
/// @param stage its span
/// @param framesPerToken log-mel frames that one token of an audio stands for
record MediumWork(Medium medium, RequestRecord record, Stage stage, PendingWork.Share pending, double framesPerToken)
        implements AutoCloseable {
    /// Only now it is known how long an audio is.
    void accepted(Acceptance acceptance) {
        stage.set("autoglm.tokens", acceptance.tokenCount()).event("accepted");
        if (acceptance instanceof Acceptance.Audio audio) {
            pending.become(Math.round(audio.tokenCount() * framesPerToken));
        }
    }

    @Override
    public void close() {
        pending.close();
        stage.close();
    }
}
