package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.MiniModel;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/// The embedded model's bundle, and ports that nothing else uses.
public final class BundleProfile implements QuarkusTestProfile {
    /// Compiled when the application starts: a profile is asked for its settings before the first test, in a class
    /// loader of Quarkus, and the tokenizer's native library loads in one class loader only.
    public static final class CompiledBundle implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            return Map.of("autoglm.bundle", MiniModel.bundle().toAbsolutePath().toString());
        }

        @Override
        public void stop() {}
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(CompiledBundle.class));
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "autoglm.decoder.max-model-len", "1000",
                "autoglm.decoder.max-num-seqs", "2",
                "quarkus.grpc.server.test-port", "0",
                "quarkus.management.test-port", "0");
    }
}
