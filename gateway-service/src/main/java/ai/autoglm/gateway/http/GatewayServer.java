package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.BackendsConfig;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.ManagementPort;
import io.netty.channel.ChannelHandlerContext;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The HTTP server, whole: what a connection and the head of a request have to be before a route sees it.
/// Quarkus' own server cannot answer requests that are no HTTP, and has no bound on what one connection or
/// one address may do; its router is used here as it is.
///
/// HTTP/1.1 only: `Upgrade: h2c` is ignored, and TLS offers no HTTP/2. Source: API.md 1.0, 6.3.
@Singleton
final class GatewayServer {
    private static final Logger LOG = Logger.getLogger(GatewayServer.class);
    private static final Duration DRAIN_POLL = Duration.ofMillis(20);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final int HANDSHAKE_SECONDS = 3;

    private final Vertx vertx;
    private final HttpConfig config;
    private final GatewayRoutes routes;
    private final TlsCertificate certificate;
    private final Drain drain;
    private final RequestRunner runner;
    private final Models models;
    private final Duration startupWait;
    private final String managementHost;
    private final int managementPort;
    private final ConnectionLimits connections;
    private final AtomicInteger unanswered = new AtomicInteger();
    private @Nullable Router router;
    private volatile @Nullable HttpServer server;

    GatewayServer(
            Vertx vertx,
            HttpConfig config,
            GatewayRoutes routes,
            TlsCertificate certificate,
            Drain drain,
            RequestRunner runner,
            Models models,
            BackendsConfig backends,
            @ConfigProperty(name = "quarkus.management.host") String managementHost,
            @ConfigProperty(name = "quarkus.management.port") int managementPort) {
        this.vertx = vertx;
        this.config = config;
        this.routes = routes;
        this.certificate = certificate;
        this.drain = drain;
        this.runner = runner;
        this.models = models;
        this.startupWait = backends.startupWait();
        this.managementHost = managementHost;
        this.managementPort = managementPort;
        this.connections = new ConnectionLimits(config.maxConnections(), config.maxConnectionsPerAddress());
    }

    void use(@Observes Router router) {
        this.router = router;
    }

    /// Gives connections to backends a moment, then listens, on several event loops.
    ///
    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    void start(@Observes StartupEvent event) throws InterruptedException {
        models.awaitBackends(startupWait);
        try {
            ManagementPort.requireFree(managementHost, managementPort);
        } catch (ServingException e) {
            throw new ConfigurationException("The gateway cannot start: " + e.message());
        }
        DeploymentOptions instances =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        Supplier<Verticle> listeners = Listener::new;
        try {
            vertx.deployVerticle(listeners, instances)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new ConfigurationException("The gateway cannot listen on %s, port %d: %s."
                    .formatted(config.host(), config.port(), cause.getMessage()));
        }
        certificate.onChange(this::renew);
        LOG.infof(
                "Listening on %s://%s:%d", certificate.current().isPresent() ? "https" : "http", config.host(), port());
    }

    /// Serves on until everybody can know that this process ends, then refuses new requests and lets those under
    /// way finish. Those that do not are told so at last.
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        drain.enter(Drain.Phase.LEAVING);
        Thread.sleep(config.shutdownDelay());
        drain.enter(Drain.Phase.UNREADY);
        Thread.sleep(config.shutdownLinger());
        drain.enter(Drain.Phase.REFUSING);
        long deadline = System.nanoTime() + config.shutdownGrace().toNanos();
        awaitAnswers(deadline);
        runner.giveUp(new ServingException(ErrorCode.OVERLOADED, "The server is stopping. Try again."));
        awaitAnswers(System.nanoTime() + LAST_WORDS.toNanos());
    }

    private void awaitAnswers(long deadline) throws InterruptedException {
        while (unanswered.get() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(DRAIN_POLL);
        }
    }

    /// Whether it takes new requests.
    boolean isReady() {
        return server != null && drain.isReady();
    }

    /// The port that it listens on.
    int port() {
        HttpServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("the server does not listen yet");
        }
        return listening.actualPort();
    }

    private void renew(PemKeyCertOptions keyAndCertificate) {
        HttpServer listening = server;
        if (listening != null) {
            listening
                    .updateSSLOptions(options(keyAndCertificate).getSslOptions())
                    .onFailure(e -> LOG.errorf("The new certificate cannot be used: %s", e.getMessage()));
        }
    }

    private HttpServerOptions options(@Nullable PemKeyCertOptions keyAndCertificate) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxInitialLineLength(RequestHead.MAX_LINE_BYTES)
                .setMaxHeaderSize(RequestHead.MAX_HEADER_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
        if (keyAndCertificate != null) {
            options.setSsl(true)
                    .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                    .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                    .setKeyCertOptions(keyAndCertificate)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
        }
        return options;
    }

    private void connected(HttpConnection connection) {
        String address = connection.remoteAddress().hostAddress();
        if (!connections.open(address)) {
            var _ = connection.close();
            return;
        }
        connection.closeHandler(_ -> connections.close(address));
        // Vert.x has no public way to see a request before it is queued.
        ChannelHandlerContext handler = ((ConnectionBase) connection).channelHandlerContext();
        handler.pipeline().addBefore(handler.name(), "guard", new ConnectionGuard(config.idleTimeout(), unanswered));
    }

    private void handle(HttpServerRequest request) {
        if (drain.refuses()) {
            routes.refuse(request, new ServingException(ErrorCode.OVERLOADED, "The server is stopping."));
            return;
        }
        try {
            RequestHead.refusal(request)
                    .ifPresentOrElse(reason -> routes.refuse(request, reason), () -> route(request));
        } catch (RuntimeException | Error e) {
            LOG.error("A request failed before it had a route", e);
            var _ = request.connection().close();
        }
    }

    private void route(HttpServerRequest request) {
        if (router == null) {
            throw new IllegalStateException("there are no routes");
        }
        router.handle(request);
    }

    private final class Listener extends AbstractVerticle {
        @Override
        public void start(Promise<Void> started) {
            HttpServer own =
                    vertx.createHttpServer(options(certificate.current().orElse(null)));
            server = own;
            // Instances share a random port when its number is negative.
            int port = config.port() == 0 ? -1 : config.port();
            own.requestHandler(GatewayServer.this::handle)
                    .invalidRequestHandler(request -> routes.refuse(
                            request,
                            RequestHead.unreadable(request.decoderResult().cause())))
                    .connectionHandler(GatewayServer.this::connected)
                    .exceptionHandler(e -> LOG.debugf("A connection failed: %s", e.getMessage()))
                    .listen(port, config.host())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }
}
