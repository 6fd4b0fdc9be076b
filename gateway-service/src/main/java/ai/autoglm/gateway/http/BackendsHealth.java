package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.model.Models;
import io.smallrye.health.api.HealthGroup;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/// What `/health` tells of the backends, at the management port: in a group of its own, as it tells of the whole
/// service, while readiness tells of this process only.
@HealthGroup("service")
@Singleton
final class BackendsHealth implements HealthCheck {
    private final Models models;

    BackendsHealth(Models models) {
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        Set<BackendKind> missing = models.missing();
        return HealthCheckResponse.named("backends")
                .status(missing.isEmpty())
                .withData(
                        "missing",
                        missing.stream().map(BackendKind::serviceName).collect(Collectors.joining(" ")))
                .build();
    }
}
