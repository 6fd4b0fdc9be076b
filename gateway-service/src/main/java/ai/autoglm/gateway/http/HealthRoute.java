package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.HealthStatus;
import ai.autoglm.gateway.openai.OpenAiJson;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/health`: whether a request of any kind would be answered now. While the process ends it says so as soon as it is
/// not ready any more, whatever is missing, and before it refuses requests: load balancers that look here have time to
/// leave.
@Singleton
final class HealthRoute implements Endpoint {
    private final Models models;
    private final Drain drain;

    HealthRoute(Models models, Drain drain) {
        this.models = models;
        this.drain = drain;
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
        String status = !drain.isReady() ? "stopping" : missing.isEmpty() ? "ok" : "unavailable";
        HealthStatus health = new HealthStatus(status, served, missing);
        var _ = exchange.send(status.equals("ok") ? 200 : 503, Map.of(), OpenAiJson.write(health));
    }
}
