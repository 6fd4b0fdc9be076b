package ai.autoglm.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The error table (API 3).
class HttpErrorsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    INVALID_JSON, 400, invalid_request_error, invalid_json
                    UNSUPPORTED_MEDIA_TYPE, 415, invalid_request_error, unsupported_media_type
                    MISSING_REQUIRED_PARAMETER, 400, invalid_request_error, missing_required_parameter
                    INVALID_TYPE, 400, invalid_request_error, invalid_type
                    DECIMAL_ABOVE_MAX_VALUE, 400, invalid_request_error, decimal_above_max_value
                    UNSUPPORTED_PARAMETER, 400, invalid_request_error, unsupported_parameter
                    CONTEXT_LENGTH_EXCEEDED, 400, invalid_request_error, context_length_exceeded
                    INVALID_BASE64_IMAGE, 400, invalid_request_error, invalid_base64_image
                    FAILED_TO_DOWNLOAD_IMAGE, 400, invalid_request_error, failed_to_download_image
                    INVALID_AUDIO, 400, invalid_request_error, invalid_audio
                    REQUEST_TOO_LARGE, 413, invalid_request_error, request_too_large
                    IMAGE_FILE_TOO_LARGE, 413, invalid_request_error, image_file_too_large
                    INVALID_API_KEY, 401, invalid_request_error, invalid_api_key
                    MODEL_NOT_FOUND, 404, invalid_request_error, model_not_found
                    NOT_FOUND, 404, invalid_request_error, not_found
                    METHOD_NOT_ALLOWED, 405, invalid_request_error, method_not_allowed
                    MALFORMED_REQUEST, 400, invalid_request_error, malformed_request
                    URI_TOO_LONG, 414, invalid_request_error, uri_too_long
                    REQUEST_HEADERS_TOO_LARGE, 431, invalid_request_error, request_headers_too_large
                    INSUFFICIENT_QUOTA, 429, rate_limit_error, insufficient_quota
                    REQUEST_TIMEOUT, 408, invalid_request_error, request_timeout
                    RATE_LIMIT_EXCEEDED, 429, rate_limit_error, rate_limit_exceeded
                    CLIENT_CLOSED_REQUEST, 499, invalid_request_error, client_closed_request
                    OVERLOADED, 503, server_error, overloaded
                    BACKEND_UNAVAILABLE, 503, server_error, backend_unavailable
                    BUNDLE_MISMATCH, 503, server_error, bundle_mismatch
                    TIMEOUT, 504, server_error, timeout
                    INTERNAL, 500, server_error, internal_error
                    """)
    void answersEachCodeAsTheTableSays(ErrorCode code, int status, String type, String wireCode) {
        ErrorResponse response = HttpErrors.of(new ServingException(code, "What."));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body().error().type()).isEqualTo(type);
        assertThat(response.body().error().code()).isEqualTo(wireCode);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void writesFourKeysForEveryCode(ErrorCode code) {
        assertThat(HttpErrors.of(new ServingException(code, "What.")).body().json())
                .matches("\\{\"error\":\\{\"message\":\".+\",\"type\":\"\\w+\",\"param\":null,\"code\":\"\\w+\"}}");
    }

    @Test
    void namesTheField() {
        ServingException failure = new ServingException(ErrorCode.INVALID_TYPE, "No.").withParam("messages[0].role");
        assertThat(HttpErrors.of(failure).body().json())
                .isEqualTo("{\"error\":{\"message\":\"No.\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"messages[0].role\",\"code\":\"invalid_type\"}}");
    }

    @Test
    void tellsNothingOfAnUnexpectedFailure() {
        for (Throwable failure : new Throwable[] {
            new NullPointerException("secret"),
            new StackOverflowError("secret"),
            new ServingException(ErrorCode.INTERNAL, "secret"),
            new ServingException(ErrorCode.INVALID_BUNDLE, "/secret/path")
        }) {
            ErrorResponse response = HttpErrors.of(failure);
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body().json())
                    .isEqualTo("{\"error\":{\"message\":\"The server failed to answer this request.\","
                            + "\"type\":\"server_error\",\"param\":null,\"code\":\"internal_error\"}}");
        }
    }

    @Test
    void setsTheHeadersThatClientsActOn() {
        assertThat(headers(ErrorCode.INVALID_API_KEY)).containsExactly(Map.entry("WWW-Authenticate", "Bearer"));
        assertThat(headers(ErrorCode.OVERLOADED)).containsExactly(Map.entry("Retry-After", "2"));
        assertThat(headers(ErrorCode.RATE_LIMIT_EXCEEDED)).containsExactly(Map.entry("Retry-After", "2"));
        assertThat(headers(ErrorCode.INSUFFICIENT_QUOTA)).containsExactly(Map.entry("x-should-retry", "false"));
        assertThat(headers(ErrorCode.INVALID_JSON)).isEmpty();
        assertThat(HttpErrors.methodNotAllowed("PUT", "GET, HEAD").headers())
                .containsExactly(Map.entry("Allow", "GET, HEAD"));
        assertThat(HttpErrors.of(new IllegalStateException()).withoutRetry().headers())
                .containsExactly(Map.entry("x-should-retry", "false"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "59500, 60", "3600000, 60"})
    void keepsRetryAfterWithinAMinute(long millis, String seconds) {
        ErrorResponse response = HttpErrors.of(new ServingException(ErrorCode.OVERLOADED, "Full."))
                .withRetryAfter(Duration.ofMillis(millis));
        assertThat(response.headers()).containsExactly(Map.entry("Retry-After", seconds));
    }

    @Test
    void tellsWhenToComeAgainWhereThatIsKnown() {
        ServingException failure = new ServingException(ErrorCode.RATE_LIMIT_EXCEEDED, "Too many.")
                .withRetryAfter(Duration.ofMillis(6_500))
                .withParam("n");

        assertThat(HttpErrors.of(failure).headers()).containsExactly(Map.entry("Retry-After", "7"));
        assertThat(failure.param()).contains("n");
    }

    @Test
    void saysThatTheContextIsTooShortInTheWordsThatClientsLookFor() {
        ServingException failure = ContextLength.exceeded(25_480, 23_100, 3_000);
        assertThat(failure.message())
                .isEqualTo("This model's maximum context length is 25480 tokens. However, you requested 26100 tokens"
                        + " (23100 in the messages, 3000 in the completion); the input exceeds the context window.");
        assertThat(failure.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(failure.param()).contains("messages");
    }

    private static Map<String, String> headers(ErrorCode code) {
        return HttpErrors.of(new ServingException(code, "What.")).headers();
    }
}
