package ai.autoglm.toolkit.launch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a service's management port whether it is ready to serve; of the gateway, whether the whole service is.
final class Readiness {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWER_TIME).build();

    boolean isReady(Endpoint endpoint) throws InterruptedException {
        String path = endpoint.service() == Service.GATEWAY ? "/q/health/group/service" : "/q/health/ready";
        URI uri = URI.create("http://127.0.0.1:" + endpoint.managementPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER_TIME).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
