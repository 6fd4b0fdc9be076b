package ai.autoglm.gateway.http;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.admission.RateLimits;
import ai.autoglm.gateway.auth.ApiKeys;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.arc.All;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// The HTTP surface, whole: what no [Endpoint] lists does not exist, and a path needs a key unless its
/// route says otherwise.
@Singleton
final class GatewayRoutes {
    private record Found(Route route, String parameter) {}

    private static final Logger LOG = Logger.getLogger(GatewayRoutes.class);

    private final Vertx vertx;
    private final HttpConfig config;
    private final ApiKeys keys;
    private final RateLimits limits;
    private final HeldBytes heldBytes;
    private final Drain drain;
    private final GatewayMetrics metrics;
    private final Models models;
    private final CrossOrigin crossOrigin;
    private final List<Route> routes;

    GatewayRoutes(
            Vertx vertx,
            HttpConfig config,
            ApiKeys keys,
            RateLimits limits,
            HeldBytes heldBytes,
            Drain drain,
            GatewayMetrics metrics,
            Models models,
            @All List<Endpoint> endpoints) {
        this.vertx = vertx;
        this.config = config;
        this.keys = keys;
        this.limits = limits;
        this.heldBytes = heldBytes;
        this.drain = drain;
        this.metrics = metrics;
        this.models = models;
        this.crossOrigin = new CrossOrigin(config.corsOrigins().orElse(Set.of()));
        this.routes = endpoints.stream()
                .flatMap(endpoint -> endpoint.routes().stream())
                .toList();
    }

    void register(@Observes Router router) {
        router.route().handler(this::handle).failureHandler(this::fail);
    }

    /// Answers a request that no route may see, and ends its connection.
    void refuse(HttpServerRequest request, ServingException reason) {
        Exchange exchange = exchange(request);
        exchange.endConnection();
        exchange.send(HttpErrors.of(reason));
    }

    private void handle(RoutingContext routing) {
        Exchange exchange = exchange(routing.request());
        if (crossOrigin.answers(exchange)) {
            return;
        }
        try {
            dispatch(Objects.requireNonNullElse(routing.request().path(), ""), exchange);
        } catch (ServingException e) {
            exchange.send(HttpErrors.of(e));
            refused(exchange, e.code());
        } catch (RuntimeException e) {
            LOG.errorf(e, "Request %s failed", exchange.id());
            exchange.send(HttpErrors.of(e));
            refused(exchange, ErrorCode.INTERNAL);
        }
    }

    /// What the router itself refuses, such as a path that cannot be decoded.
    private void fail(RoutingContext routing) {
        refuse(
                routing.request(),
                routing.statusCode() < 500
                        ? new ServingException(ErrorCode.MALFORMED_REQUEST, "The request's path cannot be read.")
                        : new ServingException(ErrorCode.INTERNAL, "The router failed.", routing.failure()));
    }

    private void refused(Exchange exchange, ErrorCode reason) {
        if (exchange.request().method().equals(HttpMethod.POST)) {
            metrics.refused(exchange.id(), exchange.caller(), reason);
        }
    }

    private Exchange exchange(HttpServerRequest request) {
        Exchange exchange = new Exchange(vertx, request, config.writeTimeout(), heldBytes.share());
        if (drain.endsConnections()) {
            exchange.endConnection();
        }
        return exchange;
    }

    private void dispatch(String path, Exchange exchange) {
        Optional<Found> found = find(path);
        if (found.isEmpty() || found.get().route().needsKey()) {
            admit(exchange);
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

    /// Who calls, and whether that caller may send another request now.
    private void admit(Exchange exchange) {
        Caller caller = keys.authenticate(exchange.request().getHeader("authorization"));
        exchange.authenticated(caller);
        exchange.addHeaders(() -> limits.headers(caller));
        if (exchange.request().method().equals(HttpMethod.POST)) {
            limits.countRequest(caller);
            models.requireAny(caller);
        }
    }
}
