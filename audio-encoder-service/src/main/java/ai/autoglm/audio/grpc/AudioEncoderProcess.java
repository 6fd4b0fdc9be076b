package ai.autoglm.audio.grpc;

import ai.autoglm.backend.BackendListener;
import ai.autoglm.backend.BackendName;
import ai.autoglm.backend.BackendProcess;
import ai.autoglm.backend.encode.EncodeCalls;
import ai.autoglm.backend.encode.EncodeMetrics;
import ai.autoglm.backend.encode.EncodeSettings;
import ai.autoglm.backend.encode.MediaUpload;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.toolkit.audio.AudioWindows;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.error.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/// The audio encoder's process: opens the tower, and has its calls while it serves.
@Singleton
class AudioEncoderProcess extends BackendProcess<EncodeCalls<EncodeAudioRequest, EncodeAudioResponse, AudioWindows>> {
    private static final BackendName NAME = BackendName.of("audio-encoder", AudioEncoderGrpc.getServiceDescriptor());

    private final AudioEncoderConfig config;

    AudioEncoderProcess(AudioEncoderConfig config, BackendListener listener, MeterRegistry registry) {
        super(NAME, config, listener, registry);
        this.config = config;
    }

    @Override
    protected EncodeCalls<EncodeAudioRequest, EncodeAudioResponse, AudioWindows> open(
            Engine engine, MeterRegistry meters, Tracing tracing) {
        EncodeSettings settings = EncodeSettings.of(config);
        return new EncodeCalls<>(
                AudioFileEncoder.open(config.bundle(), engine, config.maxAudioSeconds(), settings.decodeBytes()),
                new MediaUpload("audio", config.maxAudioSize().asLongValue(), ErrorCode.REQUEST_TOO_LARGE),
                settings,
                new EncodeMetrics(meters, NAME.service(), config.servedName()),
                tracing);
    }
}
