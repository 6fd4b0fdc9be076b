package ai.autoglm.gateway.http;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.http.Operation.Body;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `/metrics`: the gateway's meters as Prometheus reads them, where users of vLLM look for them. The
/// management port has the same, and what all keys use.
@Singleton
@SuppressWarnings("deprecation") // This is the registry that Quarkus makes.
final class MetricsRoute implements Endpoint {
    private static final Map<String, String> HEADERS =
            Map.of("content-type", "text/plain; version=0.0.4; charset=utf-8");

    private static final Pattern OF_A_KEY =
            Pattern.compile("^autoglm_usage_\\w+\\{(?:[^}]*,)?key=\"([^\"]*)\"[^}]*\\}.*\\n", Pattern.MULTILINE);

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
        Thread.ofVirtual()
                .name("metrics")
                .start(() -> exchange.send(200, HEADERS, visible(registry.scrape(), exchange.caller())));
    }

    /// What other keys use is nobody's business but the operator's, who reads it at the management port.
    private static String visible(String scrape, Caller caller) {
        return caller.equals(Caller.ANYONE)
                ? scrape
                : OF_A_KEY.matcher(scrape)
                        .replaceAll(series ->
                                series.group(1).equals(caller.name()) ? Matcher.quoteReplacement(series.group()) : "");
    }
}
