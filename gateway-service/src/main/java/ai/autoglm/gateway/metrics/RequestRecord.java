package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.admission.TokenAllowance;
import ai.autoglm.gateway.auth.Caller;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known of one request while it is worked on: numbers only, never content. Written by the
/// request's thread.
public final class RequestRecord {
    private final String id;
    private final Caller caller;
    private final TokenAllowance allowance;
    private final long startNanos = System.nanoTime();
    private int promptTokenCount;
    private int cachedTokenCount;
    private int completionTokenCount;
    private @Nullable Duration timeToFirstToken;
    private @Nullable Duration timeToLastToken;
    private @Nullable String finishReason;

    public RequestRecord(String id, Caller caller, TokenAllowance allowance) {
        this.id = id;
        this.caller = caller;
        this.allowance = allowance;
    }

    public String id() {
        return id;
    }

    /// Checks what the request may cost against what its caller has left.
    ///
    /// @param estimate of prompt and completion tokens together
    /// @throws ai.autoglm.toolkit.error.ServingException RATE_LIMIT_EXCEEDED or INSUFFICIENT_QUOTA
    public void reserve(long estimate) {
        allowance.reserve(estimate);
    }

    public void accepted(int promptTokens, int cachedTokens) {
        promptTokenCount = promptTokens;
        cachedTokenCount = cachedTokens;
    }

    public void token() {
        if (completionTokenCount == 0) {
            timeToFirstToken = elapsed();
        }
        timeToLastToken = elapsed();
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

    public Caller caller() {
        return caller;
    }

    void settle() {
        allowance.settle((long) promptTokenCount + completionTokenCount);
    }

    Optional<Duration> timeToFirstToken() {
        return Optional.ofNullable(timeToFirstToken);
    }

    /// Mean pause between two tokens; empty where there are none.
    Optional<Duration> timePerOutputToken() {
        return timeToFirstToken == null || timeToLastToken == null || completionTokenCount < 2
                ? Optional.empty()
                : Optional.of(timeToLastToken.minus(timeToFirstToken).dividedBy(completionTokenCount - 1));
    }

    String finishReasonOrNone() {
        return finishReason == null ? "none" : finishReason;
    }
}
