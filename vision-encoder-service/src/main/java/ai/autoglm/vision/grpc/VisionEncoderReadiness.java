package ai.autoglm.vision.grpc;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the bundle is open and the tower has run; no longer when the process stops.
@Readiness
class VisionEncoderReadiness implements HealthCheck {
    private final VisionEncoderProcess process;

    VisionEncoderReadiness(VisionEncoderProcess process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("vision-encoder")
                .status(process.isServing())
                .build();
    }
}
