package ai.autoglm.gateway.openapi;

import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.Exchange;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Route;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// `/docs`: Swagger UI for `/openapi.json`, all of it from this server.
@Singleton
final class DocsRoute implements Endpoint {
    private static final Map<String, String> FILES = Map.of(
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png",
            "docs.js", "text/javascript; charset=utf-8");

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/docs",
                        Operation.of("docs", "A page to read this description", "Server", Body.text("text/html")),
                        (exchange, _) -> send(exchange, "docs.html", "text/html; charset=utf-8")),
                Route.get(
                        "/docs/{file}",
                        Operation.of("docsFile", "What the page is made of", "Server", Body.text("text/css")),
                        this::answerFile));
    }

    private void answerFile(Exchange exchange, String name) {
        String contentType = FILES.get(name);
        if (contentType == null) {
            throw new ServingException(ErrorCode.NOT_FOUND, "There is nothing at this path; the page is at /docs.");
        }
        send(exchange, name, contentType);
    }

    /// Reading a file is nothing for an event loop.
    private static void send(Exchange exchange, String name, String contentType) {
        Thread.ofVirtual()
                .name("docs")
                .start(() -> exchange.send(200, Map.of("content-type", contentType), Buffer.buffer(bytes(name))));
    }

    private static byte[] bytes(String name) {
        try (InputStream file = SwaggerUi.open(name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
