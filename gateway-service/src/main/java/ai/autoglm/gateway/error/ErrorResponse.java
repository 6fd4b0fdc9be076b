package ai.autoglm.gateway.error;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A failure as HTTP tells it.
///
/// @param headers beside the content type, which is always `application/json`
public record ErrorResponse(int status, ErrorBody body, Map<String, String> headers) {
    private static final int MAX_RETRY_AFTER_SECONDS = 60;

    public ErrorResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    ErrorResponse(int status, ErrorBody body) {
        this(status, body, Map.of());
    }

    /// When to come again, rounded up to whole seconds from 1 to 60: clients give up on more.
    public ErrorResponse withRetryAfter(Duration delay) {
        long seconds = Math.clamp(delay.plusMillis(999).toSeconds(), 1, MAX_RETRY_AFTER_SECONDS);
        return withHeader("Retry-After", Long.toString(seconds));
    }

    /// Keeps clients from repeating a request whose generation has already run.
    public ErrorResponse withoutRetry() {
        return withHeader("x-should-retry", "false");
    }

    public ErrorResponse withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ErrorResponse(status, body, more);
    }
}
