package ai.autoglm.gateway.testing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A gRPC server that can be stopped and started again at the same port.
final class FakeServer {
    static final int WIDTH = 4;

    private static final int MAX_ATTEMPTS = 50;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final BindableService service;
    private int port;
    private @Nullable Server server;

    FakeServer(BindableService service) {
        this.service = service;
    }

    int port() {
        return port;
    }

    void start() {
        for (int attempt = 1; ; attempt++) {
            try {
                server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .addService(service)
                        .build()
                        .start();
                port = server.getPort();
                return;
            } catch (IOException e) {
                // Any outgoing connection of this machine may hold the port for a moment.
                if (attempt == MAX_ATTEMPTS) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
    }

    void stop() {
        if (server != null) {
            server.shutdownNow();
            try {
                server.awaitTermination();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
