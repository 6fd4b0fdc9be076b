package ai.autoglm.toolkit.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.compile.TestFiles;
import ai.autoglm.toolkit.error.ServingException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkingServerTest {
    private static final Path SCREEN = TestFiles.golden("screen0.png");

    private final AtomicInteger sick = new AtomicInteger();
    private final AtomicReference<String> delta = new AtomicReference<>("do(action=\"Tap\")");
    private final AtomicReference<String> request = new AtomicReference<>("");
    private HttpServer http;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(sick.getAndDecrement() > 0 ? 503 : 200, -1);
            exchange.close();
        });
        http.createContext("/v1/chat/completions", exchange -> {
            request.set(exchange.getRequestHeaders().getFirst("Authorization")
                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(200, 0);
            String event = "data: {\"choices\":[{\"delta\":{\"content\":\""
                    + delta.get().replace("\"", "\\\"") + "\"}}]}\n\ndata: [DONE]\n\n";
            exchange.getResponseBody().write(event.getBytes(UTF_8));
            exchange.close();
        });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    private WorkingServer server(Duration timeout) {
        URI address = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
        return new WorkingServer(address, "sk-1", Trust.platform(), timeout);
    }

    @Test
    void aServerThatAnswersWorks() throws InterruptedException {
        sick.set(1);
        WorkingServer server = server(Duration.ofSeconds(30));

        server.awaitHealthy();
        WorkingServer.Answer answer = server.ask(List.of(SCREEN));

        assertThat(answer.text()).isEqualTo("do(action=\"Tap\")");
        assertThat(request.get()).startsWith("Bearer sk-1").contains("data:image/png;base64,");
    }

    @Test
    void aServerThatIsNotHealthyInTimeDoesNot() {
        sick.set(Integer.MAX_VALUE);

        assertThatThrownBy(() -> server(Duration.ofMillis(10)).awaitHealthy())
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("/health says: 503");
    }

    @Test
    void anAnswerWithoutAWordIsNone() {
        delta.set(" ");

        assertThatThrownBy(() -> server(Duration.ofSeconds(30)).ask(List.of()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("without a word");
    }
}
