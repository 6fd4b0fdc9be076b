package ai.autoglm.toolkit.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that talk to a server, each in a process of its own: only that can be given an environment.
class ServerOptionsTest {
    private final AtomicReference<String> authorization = new AtomicReference<>("");
    private HttpServer http;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        http.createContext("/v1/chat/completions", exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write("data: {\"choices\":[{\"delta\":{\"content\":\"Hi.\"}}]}\n\ndata: [DONE]\n\n"
                            .getBytes(UTF_8));
            exchange.close();
        });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat hello", "check"})
    void theKeyComesFromTheEnvironmentUnlessItIsGiven(String command) throws IOException, InterruptedException {
        assertThat(run(command)).isZero();
        assertThat(authorization.get()).isEqualTo("Bearer sk-of-the-environment");

        assertThat(run(command + " --api-key sk-given")).isZero();
        assertThat(authorization.get()).isEqualTo("Bearer sk-given");
    }

    private int run(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Autoglm.class.getName()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("--url", "http://127.0.0.1:" + http.getAddress().getPort()));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("AUTOGLM_API_KEY", "sk-of-the-environment");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
