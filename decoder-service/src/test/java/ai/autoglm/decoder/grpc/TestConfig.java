package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.MiniModel;
import ai.autoglm.proto.tls.TlsFiles;
import ai.autoglm.toolkit.engine.EngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// The settings that a test cares for.
record TestConfig(int maxNumSeqs, int resumeSlots, int queueCapacity, Duration mediaTimeout, Duration stepTimeout)
        implements DecoderConfig {
    static final int MAX_MODEL_LENGTH = 2000;

    static TestConfig defaults() {
        return new TestConfig(2, 1, 8, Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    @Override
    public Path bundle() {
        return MiniModel.bundle();
    }

    @Override
    public OptionalInt maxModelLen() {
        return OptionalInt.of(MAX_MODEL_LENGTH);
    }

    @Override
    public int prefillChunk() {
        return 64;
    }

    @Override
    public Duration queueTimeout() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Duration shutdownDelay() {
        return Duration.ZERO;
    }

    @Override
    public Duration shutdownGrace() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration idleTimeout() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Optional<TlsFiles> tls() {
        return Optional.empty();
    }

    @Override
    public long savedTokens() {
        return 0;
    }

    @Override
    public EngineChoice engine() {
        return EngineChoice.ONNXRUNTIME;
    }

    @Override
    public int engineThreads() {
        return 0;
    }

    @Override
    public boolean engineSpinning() {
        return false;
    }

    @Override
    public String servedName() {
        return "phone";
    }
}
