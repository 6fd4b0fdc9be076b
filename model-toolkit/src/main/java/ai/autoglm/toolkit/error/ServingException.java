package ai.autoglm.toolkit.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one exception that crosses stage and process boundaries. Its message is written for the person who made the
/// request: it names the limit and the actual value, and never a class, a path of the server or a key.
public final class ServingException extends RuntimeException {
    private final ErrorCode code;
    private final @Nullable String param;

    public ServingException(ErrorCode code, String message) {
        this(code, message, null, null);
    }

    public ServingException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    private ServingException(ErrorCode code, String message, @Nullable String param, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.param = param;
    }

    /// The same error, pointing at the request field that caused it, such as `messages[0].content[1]`.
    public ServingException withParam(String field) {
        ServingException located = new ServingException(code, message(), field, getCause());
        located.setStackTrace(getStackTrace());
        return located;
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
}
