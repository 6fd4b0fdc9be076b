package ai.autoglm.gateway.metrics;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known of one request while it is worked on: numbers only, never content. Written by the
/// request's thread.
public final class RequestRecord {
    private final String id;
    private final long startNanos = System.nanoTime();
    private int promptTokenCount;
    private int cachedTokenCount;
    private int completionTokenCount;
    private @Nullable Duration timeToFirstToken;
    private @Nullable String finishReason;

    public RequestRecord(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public void accepted(int promptTokens, int cachedTokens) {
        promptTokenCount = promptTokens;
        cachedTokenCount = cachedTokens;
    }

    public void token() {
        if (completionTokenCount == 0) {
            timeToFirstToken = elapsed();
        }
        completionTokenCount++;
    }

    public void finished(String reason) {
        finishReason = reason;
    }

    public int promptTokenCount() {
        return promptTokenCount;
    }

    public int cachedTokenCount() {
        return cachedTokenCount;
    }

    public int completionTokenCount() {
        return completionTokenCount;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    Optional<Duration> timeToFirstToken() {
        return Optional.ofNullable(timeToFirstToken);
    }

    String finishReasonOrNone() {
        return finishReason == null ? "none" : finishReason;
    }
}
