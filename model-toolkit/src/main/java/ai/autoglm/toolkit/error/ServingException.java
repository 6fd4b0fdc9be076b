package ai.autoglm.toolkit.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one exception that crosses stage and process boundaries. Its message is written for the person who made the
/// request: it names the limit and the actual value, and never a class, a path of the server or a key.
public final class ServingException extends RuntimeException {
    private static final String CANCELLED = "The request was cancelled.";

    private final ErrorCode code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;

    public ServingException(ErrorCode code, String message) {
        this(code, message, null, null, null);
    }

    public ServingException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, null, cause);
    }

    private ServingException(
            ErrorCode code,
            String message,
            @Nullable String param,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.param = param;
        this.retryAfter = retryAfter;
    }

    /// The error of a request whose result nobody waits for any more.
    public static ServingException cancelled() {
        return new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, CANCELLED);
    }

    /// [#cancelled] of a thread that was interrupted in a wait; the thread stays marked as interrupted.
    public static ServingException interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, CANCELLED, interrupt);
    }

    /// The same error, pointing at the request field that caused it, such as `messages[0].content[1]`.
    public ServingException withParam(String field) {
        return copy(field, retryAfter);
    }

    /// The same error, telling when the same request may succeed.
    public ServingException withRetryAfter(Duration delay) {
        return copy(param, delay);
    }

    public ErrorCode code() {
        return code;
    }

    public String message() {
        return Objects.requireNonNull(getMessage());
    }

    public Optional<String> param() {
        return Optional.ofNullable(param);
    }

    /// How long to wait before the same request is worth another try, where that is known.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    private ServingException copy(@Nullable String field, @Nullable Duration delay) {
        ServingException copy = new ServingException(code, message(), field, delay, getCause());
        copy.setStackTrace(getStackTrace());
        return copy;
    }
}
