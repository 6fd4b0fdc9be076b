package ai.autoglm.vision.grpc;

import ai.autoglm.proto.encode.EncodeCalls;
import ai.autoglm.proto.encode.EncodeMetrics;
import ai.autoglm.proto.encode.EncodeSettings;
import ai.autoglm.proto.encode.MediaUpload;
import ai.autoglm.proto.metrics.EngineInfo;
import ai.autoglm.proto.trace.TraceHeaders;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Engines;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.launch.ManagementPort;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of the process: `starting → serving → draining → stopping`. Calls that come while it neither serves
/// nor drains are refused.
@Singleton
class VisionEncoderProcess {
    private static final Logger LOG = LoggerFactory.getLogger(VisionEncoderProcess.class);

    private final VisionEncoderConfig config;
    private final MeterRegistry registry;
    private final EncodeMetrics metrics;
    private final GrpcServer grpc;
    private final GrpcHealthStorage health;
    private final String managementHost;
    private final int managementPort;
    private volatile @Nullable EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> calls;
    private Tracing tracing = Tracing.off();

    VisionEncoderProcess(
            VisionEncoderConfig config,
            MeterRegistry registry,
            GrpcServer grpc,
            GrpcHealthStorage health,
            @ConfigProperty(name = "quarkus.management.host") String managementHost,
            @ConfigProperty(name = "quarkus.management.port") int managementPort) {
        this.config = config;
        this.registry = registry;
        this.metrics = new EncodeMetrics(registry, "vision-encoder", config.servedName());
        this.grpc = grpc;
        this.health = health;
        this.managementHost = managementHost;
        this.managementPort = managementPort;
    }

    /// @throws ServingException OVERLOADED when the process is starting or stopping
    EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> calls() {
        EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> serving = calls;
        if (serving == null) {
            throw new ServingException(ErrorCode.OVERLOADED, "The vision encoder is not ready: try again later.");
        }
        return serving;
    }

    boolean isServing() {
        return calls != null;
    }

    void start(@Observes StartupEvent event) {
        report(ServingStatus.NOT_SERVING);
        try {
            requirePort();
            ManagementPort.requireFree(managementHost, managementPort);
            tracing = Tracing.open("autoglm-vision-encoder");
            Engine engine = engine();
            ImageEncoder encoder = ImageEncoder.open(config.bundle(), engine, config.maxPixels());
            calls = new EncodeCalls<>(encoder, upload(), settings(), metrics, tracing);
            EngineInfo.register(registry, encoder.describe().getService(), engine, config.engine());
            report(ServingStatus.SERVING);
            LOG.info("Serving bundle {} on gRPC port {}", encoder.describe().getBundleId(), grpc.getPort());
        } catch (ServingException | EngineException e) {
            // Of this exception Quarkus prints the message and nothing else.
            throw new ConfigurationException("The vision encoder cannot start: " + e.getMessage());
        }
    }

    /// Serves on for a while, so that those who send calls learn that it ends, then finishes what is under way.
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> serving = calls;
        if (serving == null) {
            return;
        }
        serving.drain();
        Thread.sleep(config.shutdownDelay());
        calls = null;
        report(ServingStatus.NOT_SERVING);
        serving.stop(config.shutdownGrace());
        tracing.close();
    }

    @Produces
    @GlobalInterceptor
    @Singleton
    TraceHeaders traceHeaders() {
        return new TraceHeaders();
    }

    private Engine engine() {
        return Engines.open(
                config.engine(), new OnnxRuntimeSettings(config.engineThreads(), config.engineSpinning()), LOG::info);
    }

    private MediaUpload upload() {
        return new MediaUpload("image", config.maxImageSize().asLongValue(), ErrorCode.IMAGE_FILE_TOO_LARGE);
    }

    private EncodeSettings settings() {
        return new EncodeSettings(
                config.decodeThreads(),
                config.decodeQueueCapacity(),
                config.queueCapacity(),
                config.cacheSize().asLongValue(),
                config.decodeTimeout(),
                decodeBytes(),
                config.mediaMemory().map(MemorySize::asLongValue).orElseGet(EncodeSettings::defaultMediaBytes),
                config.idleTimeout(),
                config.stepTimeout());
    }

    private long decodeBytes() {
        return config.decodeMemory().map(MemorySize::asLongValue).orElseGet(EncodeSettings::defaultDecodeBytes);
    }

    /// Quarkus goes on without its gRPC server when the port is taken.
    private void requirePort() {
        if (grpc.getPort() < 0) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "its gRPC port cannot be opened; is it taken? Set quarkus.grpc.server.port.");
        }
    }

    private void report(ServingStatus status) {
        health.setStatus(GrpcHealthStorage.DEFAULT_SERVICE_NAME, status);
        health.setStatus(VisionEncoderGrpc.SERVICE_NAME, status);
    }
}
