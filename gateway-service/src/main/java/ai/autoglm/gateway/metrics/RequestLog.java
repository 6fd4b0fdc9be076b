package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.auth.Caller;
import java.time.Duration;
import org.jboss.logging.Logger;

/// The one log line of each request: numbers and names, never content.
final class RequestLog {
    private static final Logger LOG = Logger.getLogger("ai.autoglm.gateway.requests");

    void write(RequestRecord request, int status, String outcome) {
        PromptCost prompt = request.prompt();
        LOG.infof(
                "request=%s key=%s kind=%s status=%d outcome=%s prompt=%d cached=%d image=%d audio=%d completion=%d"
                        + " finish=%s first-token=%s total=%s vision-encoder=%s audio-encoder=%s decoder=%s%s",
                request.id(),
                request.caller().name(),
                request.kind().label(),
                status,
                outcome,
                prompt.total(),
                prompt.cached(),
                prompt.image(),
                prompt.audio(),
                request.completionTokenCount(),
                request.finishReason(),
                request.timeToFirstToken().map(RequestLog::millis).orElse("-"),
                millis(request.elapsed()),
                millis(request.engineTime("vision-encoder")),
                millis(request.engineTime("audio-encoder")),
                millis(request.engineTime("decoder")),
                request.trace().traceId().map(" trace="::concat).orElse(""));
    }

    void writeRefusal(String id, Caller caller, int status, String outcome) {
        LOG.infof("request=%s key=%s status=%d outcome=%s", id, caller.name(), status, outcome);
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
