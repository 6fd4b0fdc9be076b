package ai.autoglm.gateway.http;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.admission.RateLimits;
import ai.autoglm.gateway.auth.ApiKeys;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.error.ErrorResponse;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// The HTTP surface, whole: what is not listed here does not exist, and all but the health probe needs
/// a key.
@Singleton
final class GatewayRoutes {
    private static final Logger LOG = Logger.getLogger(GatewayRoutes.class);
    private static final String CHAT_COMPLETIONS = "/v1/chat/completions";
    private static final String HEALTH = "/health";
    private static final String MODELS = "/v1/models";

    private final Vertx vertx;
    private final HttpConfig config;
    private final ApiKeys keys;
    private final RateLimits limits;
    private final HeldBytes heldBytes;
    private final CrossOrigin crossOrigin;
    private final ChatRoute chat;
    private final ModelsRoute models;
    private final HealthRoute health;

    GatewayRoutes(
            Vertx vertx,
            HttpConfig config,
            ApiKeys keys,
            RateLimits limits,
            HeldBytes heldBytes,
            ChatRoute chat,
            ModelsRoute models,
            HealthRoute health) {
        this.vertx = vertx;
        this.config = config;
        this.keys = keys;
        this.limits = limits;
        this.heldBytes = heldBytes;
        this.crossOrigin = new CrossOrigin(config.corsOrigins().orElse(Set.of()));
        this.chat = chat;
        this.models = models;
        this.health = health;
    }

    void register(@Observes Router router) {
        router.route().handler(this::handle).failureHandler(this::fail);
    }

    /// Answers a request that no route may see, and ends its connection.
    void refuse(HttpServerRequest request, ServingException reason) {
        ErrorResponse error = HttpErrors.of(reason).withHeader("connection", "close");
        exchange(request)
                .send(error.status(), error.headers(), error.body().json())
                .onComplete(_ -> request.connection().close());
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
        } catch (RuntimeException e) {
            LOG.errorf(e, "Request %s failed", exchange.id());
            exchange.send(HttpErrors.of(e));
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

    private Exchange exchange(HttpServerRequest request) {
        return new Exchange(vertx, request, config.writeTimeout(), heldBytes.share());
    }

    private void dispatch(String path, Exchange exchange) {
        if (path.equals(HEALTH)) {
            if (allows(exchange, HttpMethod.GET, HttpMethod.HEAD)) {
                health.answer(exchange);
            }
            return;
        }
        admit(exchange);
        if (path.equals(CHAT_COMPLETIONS)) {
            if (allows(exchange, HttpMethod.POST)) {
                chat.answer(exchange);
            }
        } else if (path.equals(MODELS)) {
            if (allows(exchange, HttpMethod.GET, HttpMethod.HEAD)) {
                models.answerList(exchange);
            }
        } else if (path.startsWith(MODELS + "/")) {
            if (allows(exchange, HttpMethod.GET, HttpMethod.HEAD)) {
                models.answerOne(exchange, decoded(path.substring(MODELS.length() + 1)));
            }
        } else {
            throw new ServingException(
                    ErrorCode.NOT_FOUND, "There is nothing at this path; the API begins at /v1/chat/completions.");
        }
    }

    /// Who calls, and whether that caller may send another request now.
    private void admit(Exchange exchange) {
        Caller caller = keys.authenticate(exchange.request().getHeader("authorization"));
        exchange.authenticated(caller);
        exchange.addHeaders(() -> limits.headers(caller));
        if (exchange.request().method().equals(HttpMethod.POST)) {
            limits.countRequest(caller);
        }
    }

    private static boolean allows(Exchange exchange, HttpMethod... methods) {
        if (List.of(methods).contains(exchange.request().method())) {
            return true;
        }
        String allowed = List.of(methods).stream().map(HttpMethod::name).collect(Collectors.joining(", "));
        exchange.send(HttpErrors.methodNotAllowed(exchange.request().method().name(), allowed));
        return false;
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
