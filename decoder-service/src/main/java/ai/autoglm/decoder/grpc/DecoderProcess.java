package ai.autoglm.decoder.grpc;

import ai.autoglm.proto.trace.TraceHeaders;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Engines;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.ManagementPort;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
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
class DecoderProcess {
    private static final Logger LOG = LoggerFactory.getLogger(DecoderProcess.class);

    private final DecoderConfig config;
    private final MeterRegistry registry;
    private final GrpcServer grpc;
    private final GrpcHealthStorage health;
    private final String managementHost;
    private final int managementPort;
    private volatile @Nullable DecoderService service;
    private Tracing tracing = Tracing.off();

    DecoderProcess(
            DecoderConfig config,
            MeterRegistry registry,
            GrpcServer grpc,
            GrpcHealthStorage health,
            @ConfigProperty(name = "quarkus.management.host") String managementHost,
            @ConfigProperty(name = "quarkus.management.port") int managementPort) {
        this.config = config;
        this.registry = registry;
        this.grpc = grpc;
        this.health = health;
        this.managementHost = managementHost;
        this.managementPort = managementPort;
    }

    /// @throws ServingException OVERLOADED when the process is starting or stopping
    DecoderService service() {
        DecoderService serving = service;
        if (serving == null) {
            throw new ServingException(ErrorCode.OVERLOADED, "The decoder is not ready: try again later.");
        }
        return serving;
    }

    boolean isServing() {
        return service != null;
    }

    void start(@Observes StartupEvent event) {
        report(ServingStatus.NOT_SERVING);
        try {
            requirePort();
            ManagementPort.requireFree(managementHost, managementPort);
            tracing = Tracing.open("autoglm-decoder");
            ServedDecoder decoder = ServedDecoder.open(config, engine(), registry);
            service = new DecoderService(decoder, config, tracing);
            report(ServingStatus.SERVING);
            LOG.info("Serving bundle {} on gRPC port {}", decoder.description().getBundleId(), grpc.getPort());
        } catch (ServingException | EngineException e) {
            // Of this exception Quarkus prints the message and nothing else.
            throw new ConfigurationException("The decoder cannot start: " + e.getMessage());
        }
    }

    /// Serves on for a while, so that those who send calls learn that it ends, then finishes what is under way.
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        DecoderService serving = service;
        if (serving == null) {
            return;
        }
        serving.drain();
        Thread.sleep(config.shutdownDelay());
        service = null;
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
        health.setStatus(DecoderGrpc.SERVICE_NAME, status);
    }
}
