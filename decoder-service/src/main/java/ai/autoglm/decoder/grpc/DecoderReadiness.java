package ai.autoglm.decoder.grpc;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the bundle is open and the model has run; no longer when the process stops.
@Readiness
class DecoderReadiness implements HealthCheck {
    private final DecoderProcess process;

    DecoderReadiness(DecoderProcess process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("decoder").status(process.isServing()).build();
    }
}
