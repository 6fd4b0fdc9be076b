package ai.autoglm.decoder.grpc;

import ai.autoglm.backend.BackendListener;
import ai.autoglm.backend.BackendName;
import ai.autoglm.backend.BackendProcess;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.toolkit.engine.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/// The decoder's process: opens the model, and has its calls while it serves.
@Singleton
class DecoderProcess extends BackendProcess<DecoderService> {
    private static final BackendName NAME = BackendName.of("decoder", DecoderGrpc.getServiceDescriptor());

    private final DecoderConfig config;

    DecoderProcess(DecoderConfig config, BackendListener listener, MeterRegistry registry) {
        super(NAME, config, listener, registry);
        this.config = config;
    }

    @Override
    protected DecoderService open(Engine engine, MeterRegistry meters, Tracing tracing) {
        return new DecoderService(ServedDecoder.open(config, engine, meters), config, tracing);
    }
}
