package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.Backends;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Readiness at the management port: the same as `/health`.
@Readiness
@Singleton
final class BackendsReadiness implements HealthCheck {
    private final Backends backends;

    BackendsReadiness(Backends backends) {
        this.backends = backends;
    }

    @Override
    public HealthCheckResponse call() {
        List<BackendKind> missing = backends.missing();
        return HealthCheckResponse.named("backends")
                .status(missing.isEmpty())
                .withData(
                        "missing",
                        missing.stream().map(BackendKind::serviceName).collect(Collectors.joining(" ")))
                .build();
    }
}
