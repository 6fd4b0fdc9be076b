package ai.autoglm.backend;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.metrics.EngineInfo;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Engines;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a backend's process: `starting → serving → draining → stopping`. Calls that come while it neither serves
/// nor drains are refused, but for those that ask how it is: as long as it finishes what it has, it says so.
///
/// @param <C> the calls that it serves
public abstract class BackendProcess<C extends BackendCalls> {
    private static final Logger LOG = LoggerFactory.getLogger(BackendProcess.class);

    private final BackendName name;
    private final BackendConfig config;
    private final BackendListener listener;
    private final MeterRegistry registry;
    private volatile @Nullable C calls; // from when the model is open until it is closed
    private volatile boolean stopping;
    private Tracing tracing = Tracing.off();

    protected BackendProcess(BackendName name, BackendConfig config, BackendListener listener, MeterRegistry registry) {
        this.name = name;
        this.config = config;
        this.listener = listener;
        this.registry = registry;
    }

    /// Loads the model and runs it once.
    ///
    /// @throws ServingException when the bundle or the settings cannot work
    protected abstract C open(Engine engine, MeterRegistry meters, Tracing tracing);

    /// @throws ServingException OVERLOADED when the process is starting or stopping
    public final C calls() {
        if (stopping) {
            throw notReady();
        }
        return opened();
    }

    /// Answers the call that asks what is served, and how it is.
    public final void describe(StreamObserver<DescribeResponse> response) {
        try {
            response.onNext(opened().describe());
            response.onCompleted();
        } catch (ServingException e) {
            response.onError(WireErrors.toStatus(e));
        }
    }

    final boolean isServing() {
        return calls != null && !stopping;
    }

    final BackendName name() {
        return name;
    }

    /// @throws ConfigurationException with one sentence: of this exception Quarkus prints nothing else
    public void start(@Observes StartupEvent event) {
        listener.report(name.grpcService(), ServingStatus.NOT_SERVING);
        try {
            listener.requirePorts();
            tracing = Tracing.open("autoglm-" + name.service());
            Engine engine = engine();
            C opened = open(engine, registry, tracing);
            EngineInfo.register(registry, name.service(), engine, config.engine());
            calls = opened;
            listener.report(name.grpcService(), ServingStatus.SERVING);
            LOG.info("Serving bundle {} on gRPC port {}", opened.describe().getBundleId(), listener.grpcPort());
        } catch (ServingException | EngineException e) {
            throw new ConfigurationException(name.cannotStart(e));
        }
    }

    /// Serves on for a while, so that those who send calls learn that it ends, then finishes what is under way.
    public void stop(@Observes ShutdownEvent event) throws InterruptedException {
        C serving = calls;
        if (serving == null) {
            return;
        }
        serving.drain();
        Thread.sleep(config.shutdownDelay());
        stopping = true;
        listener.report(name.grpcService(), ServingStatus.NOT_SERVING);
        serving.stop(config.shutdownGrace());
        calls = null;
        tracing.close();
    }

    private C opened() {
        C open = calls;
        if (open == null) {
            throw notReady();
        }
        return open;
    }

    private ServingException notReady() {
        return new ServingException(ErrorCode.OVERLOADED, "The " + name.inWords() + " is not ready: try again later.");
    }

    private Engine engine() {
        return Engines.open(
                config.engine(), new OnnxRuntimeSettings(config.engineThreads(), config.engineSpinning()), LOG::info);
    }
}
