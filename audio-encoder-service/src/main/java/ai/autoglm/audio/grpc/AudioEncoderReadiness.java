package ai.autoglm.audio.grpc;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the bundle is open and the tower has run; no longer when the process stops.
@Readiness
class AudioEncoderReadiness implements HealthCheck {
    private final AudioEncoderProcess process;

    AudioEncoderReadiness(AudioEncoderProcess process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("audio-encoder")
                .status(process.isServing())
                .build();
    }
}
