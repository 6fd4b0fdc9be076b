package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeBackends;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.TestFiles;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;

/// A gateway on a real socket, with fake backends on real sockets behind it.
@QuarkusTestResource(FakeBackends.class)
public abstract class GatewayTest {
    public static final String CHAT = "/v1/chat/completions";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    protected FakeBackends backends;

    @Inject
    @SuppressWarnings("NullAway.Init")
    GatewayServer server;

    protected int port;

    @BeforeEach
    void reset() {
        port = server.port();
        backends.reset();
    }

    protected RawConnection connect() {
        return new RawConnection(port);
    }

    protected HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    protected HttpResponse<String> chat(String body) {
        return post(CHAT, body);
    }

    protected HttpResponse<String> post(String path, String body) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    protected HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Checks that a choice is one call of a function, and says nothing beside it but a thought.
    protected static void assertIsACall(JsonNode choice, String thought, String name, String arguments) {
        JsonNode message = choice.path("message");
        assertThat(message.path("content").isNull()).isTrue();
        assertThat(message.path("reasoning_content").asText()).isEqualTo(thought);
        assertThat(message.path("tool_calls")).hasSize(1);
        JsonNode call = message.path("tool_calls").path(0);
        assertThat(call.path("id").asText()).matches("call_[0-9a-f]{24}");
        assertThat(call.path("type").asText()).isEqualTo("function");
        assertThat(call.path("function").path("name").asText()).isEqualTo(name);
        assertThat(call.path("function").path("arguments").asText()).isEqualTo(arguments);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    /// A body with one user message and these fields beside it.
    protected static String hello(String fields) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    /// A body with one user message of these parts.
    protected static String withParts(String... parts) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[" + String.join(",", parts) + "]}]}";
    }

    protected static String text(String text) {
        return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
    }

    protected static String image(String goldenFile) {
        return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + base64(goldenFile) + "\"}}";
    }

    protected static String audio(String goldenFile) {
        return "{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"wav\",\"data\":\"" + base64(goldenFile)
                + "\"}}";
    }

    private static String base64(String goldenFile) {
        return Base64.getEncoder().encodeToString(TestFiles.golden(goldenFile));
    }
}
