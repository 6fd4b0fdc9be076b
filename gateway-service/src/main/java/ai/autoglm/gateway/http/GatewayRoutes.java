package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.arc.All;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The HTTP surface, whole: what no [Endpoint] lists does not exist, and a path needs a key unless its
/// route says otherwise.
@Singleton
final class GatewayRoutes {
    private record Found(Route route, String parameter) {}

    private final Vertx vertx;
    private final HttpConfig config;
    private final ApiKeys keys;
    private final List<Route> routes;

    GatewayRoutes(Vertx vertx, HttpConfig config, ApiKeys keys, @All List<Endpoint> endpoints) {
        this.vertx = vertx;
        this.config = config;
        this.keys = keys;
        this.routes = endpoints.stream()
                .flatMap(endpoint -> endpoint.routes().stream())
                .toList();
    }

    void register(@Observes Router router) {
        router.route().handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        Exchange exchange = new Exchange(vertx, routing.request(), config.writeTimeout());
        try {
            dispatch(Objects.requireNonNullElse(routing.request().path(), ""), exchange);
        } catch (ServingException e) {
            exchange.send(HttpErrors.of(e));
        }
    }

    private void dispatch(String path, Exchange exchange) {
        Optional<Found> found = find(path);
        if (found.isEmpty() || found.get().route().needsKey()) {
            keys.check(exchange.request().getHeader("authorization"));
        }
        Found target = found.orElseThrow(() -> new ServingException(
                ErrorCode.NOT_FOUND, "There is nothing at this path; the API begins at /v1/chat/completions."));
        HttpMethod method = exchange.request().method();
        if (target.route().allows(method)) {
            target.route().handler().answer(exchange, target.parameter());
        } else {
            exchange.send(
                    HttpErrors.methodNotAllowed(method.name(), target.route().allowed()));
        }
    }

    private Optional<Found> find(String path) {
        return routes.stream()
                .flatMap(route -> route.match(path).map(parameter -> new Found(route, parameter)).stream())
                .findFirst();
    }
}
