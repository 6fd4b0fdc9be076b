package ai.autoglm.gateway.openapi;

import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.Exchange;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Route;
import io.swagger.v3.core.util.Json;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// `/openapi.json`: the description of all routes, made when it is first asked for.
@Singleton
final class OpenApiRoute implements Endpoint {
    private final Instance<Endpoint> endpoints;
    private final String version;
    private volatile @Nullable String document;

    /// @param endpoints all of them, this one included
    OpenApiRoute(Instance<Endpoint> endpoints, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.endpoints = endpoints;
        this.version = version;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get(
                "/openapi.json",
                Operation.of("openapi", "This description", "Server", Body.text("application/json")),
                (exchange, _) -> answer(exchange)));
    }

    private void answer(Exchange exchange) {
        Thread.ofVirtual().name("openapi").start(() -> exchange.send(200, Map.of(), document()));
    }

    /// Made twice where two ask first at once, and the same both times.
    private String document() {
        String made = document;
        if (made == null) {
            List<Route> routes = endpoints.stream()
                    .flatMap(endpoint -> endpoint.routes().stream())
                    .toList();
            made = Json.pretty(OpenApiDocument.of(routes, version));
            document = made;
        }
        return made;
    }
}
