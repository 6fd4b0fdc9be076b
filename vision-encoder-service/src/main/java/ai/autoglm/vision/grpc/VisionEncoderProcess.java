package ai.autoglm.vision.grpc;

import ai.autoglm.backend.BackendListener;
import ai.autoglm.backend.BackendName;
import ai.autoglm.backend.BackendProcess;
import ai.autoglm.backend.encode.EncodeCalls;
import ai.autoglm.backend.encode.EncodeMetrics;
import ai.autoglm.backend.encode.EncodeSettings;
import ai.autoglm.backend.encode.MediaUpload;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.image.ImagePatches;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/// The vision encoder's process: opens the tower, and has its calls while it serves.
@Singleton
class VisionEncoderProcess extends BackendProcess<EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches>> {
    private static final BackendName NAME = BackendName.of("vision-encoder", VisionEncoderGrpc.getServiceDescriptor());

    private final VisionEncoderConfig config;

    VisionEncoderProcess(VisionEncoderConfig config, BackendListener listener, MeterRegistry registry) {
        super(NAME, config, listener, registry);
        this.config = config;
    }

    @Override
    protected EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> open(
            Engine engine, MeterRegistry meters, Tracing tracing) {
        return new EncodeCalls<>(
                ImageEncoder.open(config.bundle(), engine, config.maxPixels()),
                new MediaUpload("image", config.maxImageSize().asLongValue(), ErrorCode.IMAGE_FILE_TOO_LARGE),
                EncodeSettings.of(config),
                new EncodeMetrics(meters, NAME.service(), config.servedName()),
                tracing);
    }
}
