package ai.autoglm.backend.testing;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/// A backend's process as a gateway and a monitor reach it.
public final class RunningProcess implements AutoCloseable {
    private final ManagedChannel channel;
    private final URI management;

    /// @param management root of what its management port serves
    public RunningProcess(int grpcPort, URI management) {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
        this.management = management;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /// What it tells over HTTP.
    ///
    /// @param path such as `metrics`
    public String read(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(management.resolve("/q/" + path)).build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
