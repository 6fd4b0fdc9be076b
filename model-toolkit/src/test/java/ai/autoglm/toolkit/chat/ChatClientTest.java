package ai.autoglm.toolkit.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatClientTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ANSWER = """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            : ping

            data: {"choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}

            data: {"choices":[{"index":0,"delta":{"content":"你"}}]}

            data: {"choices":[{"index":0,"delta":{"content":"好"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    private final List<JsonNode> requests = new ArrayList<>();
    private final StringBuilder heard = new StringBuilder();
    private final ChatListener listener = new ChatListener() {
        @Override
        public void reasoning(String text) {
            heard.append('(').append(text).append(')');
        }

        @Override
        public void content(String text) {
            heard.append(text);
        }
    };
    private HttpServer server;
    private ChatClient client;
    private int status = 200;
    private String answer = ANSWER;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            requests.add(JSON.readTree(exchange.getRequestBody()));
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/");
        client = new ChatClient(url, "EMPTY", JSON.createObjectNode().put("max_tokens", 5), Trust.platform());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void streamsThoughtAndAnswer() throws InterruptedException {
        client.send("Hi", List.of(), listener);

        assertThat(heard.toString()).isEqualTo("(Hm.)你好");
        assertThat(requests.getFirst().path("max_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void remembersTheConversation() throws InterruptedException {
        client.send("Hi", List.of(), listener);
        client.send("And?", List.of(), listener);

        JsonNode messages = requests.getLast().path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(messages.path(1).path("content").asText()).isEqualTo("你好");
    }

    @Test
    void sendsFilesAsContentParts(@TempDir Path directory) throws IOException, InterruptedException {
        Path image = Files.write(directory.resolve("a.png"), new byte[] {1});
        Path audio = Files.write(directory.resolve("b.MP3"), new byte[] {2});

        client.send("", List.of(new Attachment.Image(image), new Attachment.Audio(audio)), listener);

        JsonNode content = requests.getFirst().path("messages").path(0).path("content");
        assertThat(content.path(0).path("image_url").path("url").asText()).isEqualTo("data:image/png;base64,AQ==");
        assertThat(content.path(1).path("input_audio").path("format").asText()).isEqualTo("mp3");
        assertThat(content).hasSize(2);
    }

    @Test
    void saysWhatTheServerSaysAndForgetsTheMessage() throws InterruptedException {
        status = 400;
        answer = "{\"error\":{\"message\":\"Too long.\"}}";
        assertThatThrownBy(() -> client.send("Hi", List.of(), listener)).hasMessage("Too long.");

        status = 200;
        answer = ANSWER;
        client.send("Again", List.of(), listener);

        assertThat(requests.getLast().path("messages")).hasSize(1);
    }

    @Test
    void aMissingServerIsNamed() {
        server.stop(0);

        assertThatThrownBy(() -> client.send("Hi", List.of(), listener)).hasMessageContaining("No server answers at");
    }
}
