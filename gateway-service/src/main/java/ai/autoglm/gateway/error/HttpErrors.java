package ai.autoglm.gateway.error;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;

/// Which HTTP answer each failure is. Source: API 3.
public final class HttpErrors {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private HttpErrors() {}

    /// The answer to a request that failed. Nothing of an unexpected failure is told: its message is for the log.
    public static ErrorResponse of(Throwable failure) {
        if (failure instanceof ServingException known && known.code() == ErrorCode.QUARANTINED) {
            return serverError(known.message()).withoutRetry();
        }
        if (!(failure instanceof ServingException known) || status(known.code()) == 500) {
            return serverError("The server failed to answer this request.");
        }
        int status = status(known.code());
        ErrorBody body = ErrorBody.of(
                known.message(),
                type(known.code()),
                known.param().orElse(null),
                known.code().wireName());
        ErrorResponse response = new ErrorResponse(status, body);
        return switch (status) {
            case 401 -> response.withHeader("WWW-Authenticate", "Bearer");
            case 429 ->
                known.code() == ErrorCode.INSUFFICIENT_QUOTA
                        ? response.withoutRetry()
                        : response.withRetryAfter(known.retryAfter().orElse(RETRY_AFTER));
            case 503 -> response.withRetryAfter(known.retryAfter().orElse(RETRY_AFTER));
            default -> response;
        };
    }

    private static ErrorResponse serverError(String message) {
        return new ErrorResponse(500, ErrorBody.of(message, "server_error", null, ErrorCode.INTERNAL.wireName()));
    }

    /// @param allowed methods of the route, as in `GET, HEAD`
    public static ErrorResponse methodNotAllowed(String method, String allowed) {
        return of(new ServingException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "The method " + method + " is not allowed here: use " + allowed + "."))
                .withHeader("Allow", allowed);
    }

    /// The HTTP status of a code; 499 is for the log only.
    public static int status(ErrorCode code) {
        return switch (code) {
            case ARRAY_ABOVE_MAX_LENGTH,
                    AUDIO_TOO_LONG,
                    CONTEXT_LENGTH_EXCEEDED,
                    DECIMAL_ABOVE_MAX_VALUE,
                    DECIMAL_BELOW_MIN_VALUE,
                    EMPTY_ARRAY,
                    EMPTY_IMAGE_FILE,
                    FAILED_TO_DOWNLOAD_IMAGE,
                    IMAGE_PARSE_ERROR,
                    IMAGE_TOO_LARGE,
                    IMAGE_TOO_SMALL,
                    INTEGER_ABOVE_MAX_VALUE,
                    INTEGER_BELOW_MIN_VALUE,
                    INVALID_AUDIO,
                    INVALID_BASE64_IMAGE,
                    INVALID_IMAGE,
                    INVALID_IMAGE_URL,
                    INVALID_JSON,
                    INVALID_TYPE,
                    INVALID_VALUE,
                    MALFORMED_REQUEST,
                    MISSING_REQUIRED_PARAMETER,
                    STRING_ABOVE_MAX_LENGTH,
                    UNSUPPORTED_CONTENT_TYPE,
                    UNSUPPORTED_IMAGE_MEDIA_TYPE,
                    UNSUPPORTED_PARAMETER,
                    UNSUPPORTED_VALUE -> 400;
            case INVALID_API_KEY -> 401;
            case MODEL_NOT_FOUND, NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case REQUEST_TIMEOUT -> 408;
            case IMAGE_FILE_TOO_LARGE, REQUEST_TOO_LARGE -> 413;
            case URI_TOO_LONG -> 414;
            case UNSUPPORTED_MEDIA_TYPE -> 415;
            case INSUFFICIENT_QUOTA, RATE_LIMIT_EXCEEDED -> 429;
            case REQUEST_HEADERS_TOO_LARGE -> 431;
            case CLIENT_CLOSED_REQUEST -> 499;
            case INVALID_CHECKPOINT, INVALID_BUNDLE, INVALID_CONFIGURATION, INTERNAL, QUARANTINED -> 500;
            case OVERLOADED, BUNDLE_MISMATCH, BACKEND_UNAVAILABLE -> 503;
            case TIMEOUT -> 504;
        };
    }

    private static String type(ErrorCode code) {
        if (status(code) == 429) {
            return "rate_limit_error";
        }
        return switch (code.type()) {
            case USER_ERROR -> "invalid_request_error";
            case INSUFFICIENT_RESOURCES, EXTERNAL, INTERNAL_ERROR -> "server_error";
        };
    }
}
