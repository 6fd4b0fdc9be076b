package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.model.ModelConfig;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/health`: whether a request of any kind would find its backends now.
@Singleton
final class HealthRoute {
    private final Backends backends;
    private final String servedName;

    HealthRoute(Backends backends, ModelConfig config) {
        this.backends = backends;
        this.servedName = config.servedName();
    }

    void answer(Exchange exchange) {
        List<BackendKind> missing = backends.missing();
        JsonObject body = new JsonObject()
                .put("status", missing.isEmpty() ? "ok" : "unavailable")
                .put("model", servedName);
        if (!missing.isEmpty()) {
            body.put("missing", missing.stream().map(BackendKind::serviceName).toList());
        }
        var _ = exchange.send(missing.isEmpty() ? 200 : 503, Map.of(), body.encode());
    }
}
