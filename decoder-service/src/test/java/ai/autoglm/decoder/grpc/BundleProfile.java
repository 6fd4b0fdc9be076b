package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.MiniModel;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// The embedded model's bundle, and ports that nothing else uses.
public final class BundleProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "autoglm.bundle", MiniModel.bundle().toAbsolutePath().toString(),
                "autoglm.decoder.max-model-len", "1000",
                "autoglm.decoder.max-num-seqs", "2",
                "quarkus.grpc.server.test-port", "0",
                "quarkus.management.test-port", "0");
    }
}
