package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.PendingWork;
import ai.autoglm.gateway.metrics.RequestRecord;

/// A medium on its way to rows, which counts as pending work until it is closed.
///
/// @param record of the request that it belongs to
/// @param framesPerToken log-mel frames that one token of an audio stands for
record MediumWork(Medium medium, RequestRecord record, PendingWork.Share pending, double framesPerToken)
        implements AutoCloseable {
    /// Only now it is known how long an audio is.
    void accepted(Acceptance acceptance) {
        if (acceptance instanceof Acceptance.Audio audio) {
            pending.add(Math.round(audio.tokenCount() * framesPerToken));
        }
    }

    @Override
    public void close() {
        pending.close();
    }
}
