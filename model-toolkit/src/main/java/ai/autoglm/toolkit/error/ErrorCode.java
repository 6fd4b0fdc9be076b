package ai.autoglm.toolkit.error;

import static ai.autoglm.toolkit.error.ErrorType.EXTERNAL;
import static ai.autoglm.toolkit.error.ErrorType.INSUFFICIENT_RESOURCES;
import static ai.autoglm.toolkit.error.ErrorType.INTERNAL_ERROR;
import static ai.autoglm.toolkit.error.ErrorType.USER_ERROR;

import java.util.Locale;

/// The one list of what can go wrong. HTTP status, gRPC status, log level and metric tag are each derived from the
/// code in one place; [#wireName] is the `error.code` that clients see.
public enum ErrorCode {
    ARRAY_ABOVE_MAX_LENGTH(USER_ERROR),
    AUDIO_TOO_LONG(USER_ERROR),
    CONTEXT_LENGTH_EXCEEDED(USER_ERROR),
    DECIMAL_ABOVE_MAX_VALUE(USER_ERROR),
    DECIMAL_BELOW_MIN_VALUE(USER_ERROR),
    EMPTY_ARRAY(USER_ERROR),
    EMPTY_IMAGE_FILE(USER_ERROR),
    FAILED_TO_DOWNLOAD_IMAGE(USER_ERROR),
    IMAGE_FILE_TOO_LARGE(USER_ERROR),
    IMAGE_PARSE_ERROR(USER_ERROR),
    IMAGE_TOO_LARGE(USER_ERROR),
    IMAGE_TOO_SMALL(USER_ERROR),
    INTEGER_ABOVE_MAX_VALUE(USER_ERROR),
    INTEGER_BELOW_MIN_VALUE(USER_ERROR),
    INVALID_API_KEY(USER_ERROR),
    INVALID_AUDIO(USER_ERROR),
    INVALID_BASE64_IMAGE(USER_ERROR),
    INVALID_IMAGE(USER_ERROR),
    INVALID_IMAGE_URL(USER_ERROR),
    INVALID_JSON(USER_ERROR),
    INVALID_TYPE(USER_ERROR),
    INVALID_VALUE(USER_ERROR),
    /// A request that is not HTTP, or HTTP that two readers could understand differently.
    MALFORMED_REQUEST(USER_ERROR),
    METHOD_NOT_ALLOWED(USER_ERROR),
    MISSING_REQUIRED_PARAMETER(USER_ERROR),
    MODEL_NOT_FOUND(USER_ERROR),
    NOT_FOUND(USER_ERROR),
    REQUEST_HEADERS_TOO_LARGE(USER_ERROR),
    REQUEST_TIMEOUT(USER_ERROR),
    REQUEST_TOO_LARGE(USER_ERROR),
    STRING_ABOVE_MAX_LENGTH(USER_ERROR),
    UNSUPPORTED_CONTENT_TYPE(USER_ERROR),
    UNSUPPORTED_IMAGE_MEDIA_TYPE(USER_ERROR),
    UNSUPPORTED_MEDIA_TYPE(USER_ERROR),
    UNSUPPORTED_PARAMETER(USER_ERROR),
    UNSUPPORTED_VALUE(USER_ERROR),
    URI_TOO_LONG(USER_ERROR),

    /// The client left before its answer was complete.
    CLIENT_CLOSED_REQUEST(USER_ERROR),
    /// A checkpoint that cannot be compiled; the message names file and tensor or key.
    INVALID_CHECKPOINT(USER_ERROR),
    /// A bundle that cannot be opened, or that is not the one asked for.
    INVALID_BUNDLE(USER_ERROR),
    /// A setting or an option with a value that cannot work.
    INVALID_CONFIGURATION(USER_ERROR),

    /// A bounded queue is full, or the service is starting or draining.
    OVERLOADED(INSUFFICIENT_RESOURCES),
    RATE_LIMIT_EXCEEDED(INSUFFICIENT_RESOURCES),
    /// More than a key's rate limit ever allows at once: waiting does not help.
    INSUFFICIENT_QUOTA(USER_ERROR),

    /// A peer serves another bundle than the one the request belongs to.
    BUNDLE_MISMATCH(EXTERNAL),
    /// No backend of a kind can be reached.
    BACKEND_UNAVAILABLE(EXTERNAL),
    /// A deadline passed before the first byte of the answer.
    TIMEOUT(EXTERNAL),

    INTERNAL(INTERNAL_ERROR),
    /// A request that was under way when decoders crashed, twice: it is refused for a while.
    QUARANTINED(INTERNAL_ERROR);

    private final ErrorType type;

    ErrorCode(ErrorType type) {
        this.type = type;
    }

    public ErrorType type() {
        return type;
    }

    /// The code as clients and metrics see it: lower case with underscores.
    public String wireName() {
        return type == INTERNAL_ERROR ? "internal_error" : name().toLowerCase(Locale.ROOT);
    }
}
