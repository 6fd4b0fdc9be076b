package ai.autoglm.gateway.http;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One path of the HTTP surface, and all that is to be known of it. A GET route answers HEAD too.
///
/// @param path as in OpenAPI; a parameter stands at its end and takes all that is left, slashes included, which is
///     something
/// @param needsKey whether a caller has to show an API key, where there are keys
public record Route(HttpMethod method, String path, boolean needsKey, Operation operation, Handler handler) {
    /// Answers a request. Called on the event loop, which it must not keep.
    public interface Handler {
        /// @param parameter of the path, decoded; empty where the path has none
        /// @throws ai.autoglm.toolkit.error.ServingException when the request is refused before its body
        void answer(Exchange exchange, String parameter);
    }

    /// @param operation what the OpenAPI document says of it
    public static Route get(String path, Operation operation, Handler handler) {
        return new Route(HttpMethod.GET, path, true, operation, handler);
    }

    /// @param operation what the OpenAPI document says of it
    public static Route post(String path, Operation operation, Handler handler) {
        return new Route(HttpMethod.POST, path, true, operation, handler);
    }

    /// The same for callers without a key.
    public Route open() {
        return new Route(method, path, false, operation, handler);
    }

    /// The path's parameter in a request's path, decoded and empty where the route has none; empty when
    /// the request is for another route.
    Optional<String> match(String requestPath) {
        String prefix = prefix();
        if (!hasParameter()) {
            return requestPath.equals(path) ? Optional.of("") : Optional.empty();
        }
        return requestPath.length() > prefix.length() && requestPath.startsWith(prefix)
                ? Optional.of(decoded(requestPath.substring(prefix.length())))
                : Optional.empty();
    }

    /// Whether its path ends with a parameter.
    public boolean hasParameter() {
        return path.indexOf('{') >= 0;
    }

    boolean allows(HttpMethod requested) {
        return requested.equals(method) || (requested.equals(HttpMethod.HEAD) && method.equals(HttpMethod.GET));
    }

    /// As the header `Allow` has it.
    String allowed() {
        return method.equals(HttpMethod.GET) ? "GET, HEAD" : method.name();
    }

    private String prefix() {
        int parameter = path.indexOf('{');
        return parameter < 0 ? path : path.substring(0, parameter);
    }

    /// A name may hold slashes, raw or escaped.
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
