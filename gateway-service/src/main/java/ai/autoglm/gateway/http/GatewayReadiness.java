package ai.autoglm.gateway.http;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Whether this gateway takes requests, whatever becomes of them: one that is without backends still answers text
/// that needs none, and clients with a clear error. Taking it out of a load balancer would help nobody.
@Readiness
@Singleton
final class GatewayReadiness implements HealthCheck {
    private final GatewayServer server;

    GatewayReadiness(GatewayServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway").status(server.isReady()).build();
    }
}
