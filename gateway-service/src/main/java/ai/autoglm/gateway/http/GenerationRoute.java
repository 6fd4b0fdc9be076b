package ai.autoglm.gateway.http;

import ai.autoglm.gateway.FrontEnd;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;

/// What all routes that generate share: the body is JSON, and the route's front end answers it.
@Singleton
public final class GenerationRoute {
    private final Vertx vertx;
    private final HttpConfig config;
    private final RequestRunner runner;

    GenerationRoute(Vertx vertx, HttpConfig config, RequestRunner runner) {
        this.vertx = vertx;
        this.config = config;
        this.runner = runner;
    }

    /// To be called on the event loop.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException when the request is refused before its body
    public void answer(Exchange exchange, FrontEnd frontEnd) {
        HttpAnswer answer = answer(exchange);
        runner.runJson(exchange, answer, (body, record) -> frontEnd.answer(body, answer, record));
    }

    HttpAnswer answer(Exchange exchange) {
        return new HttpAnswer(exchange, vertx, config.keepAliveInterval());
    }
}
