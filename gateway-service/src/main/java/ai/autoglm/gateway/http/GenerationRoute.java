package ai.autoglm.gateway.http;

import ai.autoglm.gateway.Client;
import ai.autoglm.gateway.FrontEnd;
import ai.autoglm.gateway.metrics.RequestRecord;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.Objects;

/// What all routes that generate share: the body is read as it arrives, and the route's front end answers it.
@Singleton
public final class GenerationRoute {
    /// What answers the requests of a route whose bodies are forms, on the request's own thread.
    public interface FormFrontEnd {
        /// @param contentType of the body, with the boundary
        /// @throws ai.autoglm.toolkit.error.ServingException why there is no answer, or no more of it
        void answer(String contentType, byte[] body, Client client, RequestRecord record);
    }

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

    /// The same for a front end whose requests are forms.
    ///
    /// @param maxBytes of the body, files included
    /// @throws ai.autoglm.toolkit.error.ServingException when the request is refused before its body
    public void answerForm(Exchange exchange, long maxBytes, FormFrontEnd frontEnd) {
        HttpAnswer answer = answer(exchange);
        String contentType = Objects.requireNonNullElse(exchange.request().getHeader("content-type"), "");
        runner.runForm(
                exchange, answer, maxBytes, (body, record) -> frontEnd.answer(contentType, body.get(), answer, record));
    }

    private HttpAnswer answer(Exchange exchange) {
        return new HttpAnswer(exchange, vertx, config.keepAliveInterval());
    }
}
