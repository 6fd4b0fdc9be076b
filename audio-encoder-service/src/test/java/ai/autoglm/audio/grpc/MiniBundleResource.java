package ai.autoglm.audio.grpc;

import ai.autoglm.backend.testing.MiniBundle;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// The process of a Quarkus test: the embedded model's bundle, on any free ports.
public final class MiniBundleResource implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        return Map.of(
                "autoglm.audio-encoder.max-audio-seconds",
                "60",
                "autoglm.bundle",
                MiniBundle.compile().directory().toAbsolutePath().toString(),
                "quarkus.grpc.server.test-port",
                "0",
                "quarkus.management.test-port",
                "0");
    }

    @Override
    public void stop() {}
}
