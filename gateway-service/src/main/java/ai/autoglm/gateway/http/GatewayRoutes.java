package ai.autoglm.gateway.http;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The HTTP surface, whole: what is not listed here does not exist, and all but the health probe needs
/// a key.
@Singleton
final class GatewayRoutes {
    private static final String CHAT_COMPLETIONS = "/v1/chat/completions";
    private static final String HEALTH = "/health";
    private static final String MODELS = "/v1/models";

    private final Vertx vertx;
    private final HttpConfig config;
    private final ApiKeys keys;
    private final GenerationRoute generations;
    private final ChatPipeline chat;
    private final ModelsRoute models;
    private final HealthRoute health;

    GatewayRoutes(
            Vertx vertx,
            HttpConfig config,
            ApiKeys keys,
            GenerationRoute generations,
            ChatPipeline chat,
            ModelsRoute models,
            HealthRoute health) {
        this.vertx = vertx;
        this.config = config;
        this.keys = keys;
        this.generations = generations;
        this.chat = chat;
        this.models = models;
        this.health = health;
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
        if (path.equals(HEALTH)) {
            if (allows(exchange, HttpMethod.GET, HttpMethod.HEAD)) {
                health.answer(exchange);
            }
            return;
        }
        keys.check(exchange.request().getHeader("authorization"));
        if (path.equals(CHAT_COMPLETIONS)) {
            if (allows(exchange, HttpMethod.POST)) {
                generations.answer(exchange, chat);
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
