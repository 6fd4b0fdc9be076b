package ai.autoglm.backend;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the bundle is open and the model has run; no longer when the process stops.
@Readiness
class BackendReadiness implements HealthCheck {
    private final BackendProcess<?> process;

    BackendReadiness(BackendProcess<?> process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named(process.name().service())
                .status(process.isServing())
                .build();
    }
}
