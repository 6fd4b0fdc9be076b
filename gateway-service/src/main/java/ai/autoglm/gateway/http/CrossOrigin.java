package ai.autoglm.gateway.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lets pages of the allowed origins read answers, and answers a browser that asks first: without a key,
/// which browsers do not send then. Credentials other than the key's header are never allowed.
/// Source: Fetch standard, CORS protocol.
final class CrossOrigin {
    private static final String METHODS = "GET, HEAD, POST";
    private static final String EXPOSED = "x-request-id, x-should-retry, retry-after, x-ratelimit-limit-requests,"
            + " x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens,"
            + " x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens";
    private static final String MAX_AGE_SECONDS = "600";
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9 ,-]{1,2000}");

    private final Set<String> origins;

    CrossOrigin(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /// Adds the headers that the page's browser looks for.
    ///
    /// @return whether that was all that was asked for, and is answered
    boolean answers(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        String origin = request.getHeader("origin");
        if (origins.isEmpty() || origin == null) {
            return false;
        }
        HttpServerResponse response = request.response();
        response.putHeader("vary", "Origin");
        if (!origins.contains("*") && !origins.contains(origin)) {
            return false;
        }
        response.putHeader("access-control-allow-origin", origin);
        response.putHeader("access-control-expose-headers", EXPOSED);
        if (!isPreflight(request)) {
            return false;
        }
        response.putHeader("access-control-allow-methods", METHODS);
        response.putHeader("access-control-max-age", MAX_AGE_SECONDS);
        String headers = request.getHeader("access-control-request-headers");
        if (isHarmless(headers)) {
            response.putHeader("access-control-allow-headers", headers);
        }
        var _ = response.setStatusCode(204).end();
        return true;
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader("access-control-request-method") != null;
    }

    private static boolean isHarmless(@Nullable String names) {
        return names != null && HEADER_NAMES.matcher(names).matches();
    }
}
