package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.HealthStatus;
import ai.autoglm.gateway.openai.OpenAiJson;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/health`: whether a request of any kind would find its backends now.
@Singleton
final class HealthRoute implements Endpoint {
    private final Models models;

    HealthRoute(Models models) {
        this.models = models;
    }

    @Override
    public List<Route> routes() {
        Operation operation = Operation.of(
                "health", "Whether requests would be answered now", "Server", Body.json(HealthStatus.class));
        return List.of(Route.get("/health", operation, (exchange, _) -> answer(exchange))
                .open());
    }

    private void answer(Exchange exchange) {
        List<String> missing =
                models.missing().stream().map(BackendKind::serviceName).toList();
        String served = models.firstName();
        HealthStatus health = new HealthStatus(missing.isEmpty() ? "ok" : "unavailable", served, missing);
        var _ = exchange.send(missing.isEmpty() ? 200 : 503, Map.of(), OpenAiJson.write(health));
    }
}
