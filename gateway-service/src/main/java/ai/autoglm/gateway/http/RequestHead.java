package ai.autoglm.gateway.http;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request line and headers must be before anything else of a request is looked at. Source:
/// API.md 3, 6.3; RFC 9112.
final class RequestHead {
    static final int MAX_LINE_BYTES = 4_096;
    static final int MAX_HEADER_BYTES = 16 * 1_024;
    static final int MAX_HEADER_COUNT = 100;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%-]*(:\\d{0,5})?|\\[[0-9A-Fa-f:.]+](:\\d{0,5})?");
    // Possessive: else each character takes a stack frame.
    private static final Pattern PATH = Pattern.compile("/(?:[^%\\p{Cntrl}]++|%[0-9A-Fa-f]{2})*+");

    private RequestHead() {}

    /// Why this request cannot be worked on, if so.
    static Optional<ServingException> refusal(HttpServerRequest request) {
        int headerCount = request.headers().entries().size();
        if (headerCount > MAX_HEADER_COUNT) {
            return Optional.of(new ServingException(
                    ErrorCode.REQUEST_HEADERS_TOO_LARGE,
                    "The request has %d headers; at most %d are read.".formatted(headerCount, MAX_HEADER_COUNT)));
        }
        List<String> hosts = request.headers().getAll("host");
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() != HttpVersion.HTTP_1_0)) {
            return Optional.of(malformed("A request needs one Host header, this one has " + hosts.size() + "."));
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.getFirst().strip()).matches()) {
            return Optional.of(malformed("The Host header is not a host and a port."));
        }
        String path = request.path();
        if (path == null || !PATH.matcher(path).matches()) {
            return Optional.of(malformed("The request's path cannot be read."));
        }
        return Optional.empty();
    }

    /// The error of a request that could not be taken apart.
    static ServingException unreadable(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                new ServingException(
                        ErrorCode.URI_TOO_LONG,
                        "The request line is longer than the limit of " + MAX_LINE_BYTES + " bytes.");
            case TooLongHttpHeaderException _ ->
                new ServingException(
                        ErrorCode.REQUEST_HEADERS_TOO_LARGE,
                        "The request's headers are larger than the limit of " + MAX_HEADER_BYTES + " bytes.");
            case null, default -> malformed("This is not a valid HTTP/1.1 request.");
        };
    }

    static ServingException malformed(String message) {
        return new ServingException(ErrorCode.MALFORMED_REQUEST, message);
    }
}
