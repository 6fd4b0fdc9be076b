package ai.autoglm.gateway.http;

import ai.autoglm.gateway.http.Operation.Body;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/metrics`: the gateway's meters as Prometheus reads them, where users of vLLM look for them. The
/// management port has the same.
@Singleton
@SuppressWarnings("deprecation") // This is the registry that Quarkus makes.
final class MetricsRoute implements Endpoint {
    private static final Map<String, String> HEADERS =
            Map.of("content-type", "text/plain; version=0.0.4; charset=utf-8");

    private final PrometheusMeterRegistry registry;

    MetricsRoute(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get(
                "/metrics",
                Operation.of("metrics", "Meters in Prometheus' text format", "Server", Body.text("text/plain")),
                (exchange, _) -> answer(exchange)));
    }

    /// Some meters are computed as they are read, which is nothing for an event loop.
    private void answer(Exchange exchange) {
        Thread.ofVirtual().name("metrics").start(() -> exchange.send(200, HEADERS, registry.scrape()));
    }
}
