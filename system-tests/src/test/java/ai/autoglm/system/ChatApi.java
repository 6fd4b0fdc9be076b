package ai.autoglm.system;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// `/v1/chat/completions` as a plain HTTP client sees it.
final class ChatApi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI completions;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ChatApi(URI gateway) {
        this.completions = gateway.resolve("/v1/chat/completions");
    }

    /// The status of `/health`; 0 where nobody answers.
    int health() {
        try {
            HttpRequest request = HttpRequest.newBuilder(completions.resolve("/health"))
                    .timeout(PATIENCE)
                    .build();
            return Http.send(http, request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    /// Sends a request and reads its whole answer, whatever its status.
    ChatAnswer send(Map<String, Object> request) {
        return send(Json.write(request).getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /// Sends these bytes as the body.
    ///
    /// @param headers beside the content type, or instead of it
    ChatAnswer send(byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(completions)
                .timeout(PATIENCE)
                .setHeader("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        HttpResponse<byte[]> response = Http.send(http, request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new ChatAnswer(response.statusCode(), response.headers(), Json.read(response.body()));
    }

    /// Sends a request with `stream: true` and reads the stream to its end.
    ChatStream stream(Map<String, Object> request) {
        HttpRequest post = HttpRequest.newBuilder(completions)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(ChatRequests.with(request, "stream", true))))
                .build();
        HttpResponse<String> response =
                Http.send(http, post, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() != 200) {
            throw new AssertionError("status " + response.statusCode() + ": " + response.body());
        }
        return ChatStream.parse(response.body());
    }
}
