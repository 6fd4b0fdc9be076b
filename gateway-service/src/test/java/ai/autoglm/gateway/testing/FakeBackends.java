package ai.autoglm.gateway.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// The three services behind a gateway under test, at ports of their own.
public final class FakeBackends implements QuarkusTestResourceLifecycleManager {
    private final FakeDecoder decoder = new FakeDecoder();
    private final FakeEncoder vision = FakeEncoder.vision();
    private final FakeEncoder audio = FakeEncoder.audio();

    public FakeDecoder decoder() {
        return decoder;
    }

    public FakeEncoder vision() {
        return vision;
    }

    public FakeEncoder audio() {
        return audio;
    }

    /// Forgets scripts and what was received; for the beginning of each test.
    public void reset() {
        decoder.reset();
        vision.reset();
        audio.reset();
    }

    @Override
    public Map<String, String> start() {
        decoder.start();
        vision.start();
        audio.start();
        return Map.of(
                "autoglm.model.bundle", TestBundle.create().toString(),
                "autoglm.model.aliases", "zai-org/AutoGLM-Phone-9B",
                "autoglm.backends.decoder", decoder.address(),
                "autoglm.backends.vision-encoder", vision.address(),
                "autoglm.backends.audio-encoder", audio.address());
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(FakeBackends.class));
    }

    @Override
    public void stop() {
        decoder.stop();
        vision.stop();
        audio.stop();
    }
}
