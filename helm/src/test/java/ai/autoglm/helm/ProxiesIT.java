package ai.autoglm.helm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documented settings of proxies let through what a phone agent needs: a body of 60 MB, a stream that says nothing
/// for 70 seconds (longer than the defaults of most proxies), and an answer that begins after 70 seconds. They leave a
/// gateway that stops, and none that misses some of its backends. Skipped where a proxy is not installed, unless
/// AUTOGLM_REQUIRE_PROXIES is 1.
class ProxiesIT {
    private static final Path SETTINGS = Chart.ROOT.resolve("deploy/proxies");
    private static final int BODY_BYTES = 60 * 1000 * 1000;
    private static final Duration SILENCE = Duration.ofSeconds(70);
    private static final String MISSING =
            "{\"status\":\"unavailable\",\"model\":\"m\",\"missing\":[\"vision-encoder\"]}";
    private static final String STOPPING = "{\"status\":\"stopping\",\"model\":\"m\"}";
    /// HAProxy asks every two seconds, and believes it the second time.
    private static final Duration CHECKS = Duration.ofSeconds(9);

    @TempDir
    private Path directory;

    private final List<Process> proxies = new ArrayList<>();
    private HttpServer upstream;
    private volatile String health = "{\"status\":\"ok\",\"model\":\"m\"}";

    @BeforeEach
    void start() throws IOException {
        Program.requireInstalled("haproxy", "AUTOGLM_REQUIRE_PROXIES");
        Program.requireInstalled("nginx", "AUTOGLM_REQUIRE_PROXIES");
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/health", exchange -> answer(exchange, health.contains("ok") ? 200 : 503, health));
        upstream.createContext("/text", exchange -> answer(exchange, "text"));
        upstream.createContext(
                "/body",
                exchange -> answer(
                        exchange,
                        Long.toString(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()))));
        upstream.createContext("/stream", ProxiesIT::streamWithAPause);
        upstream.createContext("/late", exchange -> {
            pause();
            answer(exchange, "late");
        });
        upstream.setExecutor(task -> Thread.ofVirtual().start(task));
        upstream.start();
    }

    @AfterEach
    void stop() {
        proxies.forEach(Process::destroyForcibly);
        upstream.stop(0);
    }

    @Test
    void letLongSilencesAndLargeBodiesThrough() throws Exception {
        int haproxy = startProxy("haproxy.cfg", List.of("haproxy", "-db", "-f"));
        int nginx = startProxy("nginx.conf", List.of("nginx", "-p", directory.toString(), "-g", "daemon off;", "-c"));
        List<CompletableFuture<Void>> checks = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int port : List.of(haproxy, nginx)) {
                URI proxy = URI.create("http://127.0.0.1:" + port);
                checks.add(check(() -> passesALargeBody(client, proxy)));
                checks.add(check(() -> passesAStream(client, proxy)));
                checks.add(check(() -> passesALateAnswer(client, proxy)));
            }
            CompletableFuture.allOf(checks.toArray(CompletableFuture[]::new)).get(3, TimeUnit.MINUTES);
        }
    }

    @Test
    void leavesAGatewayThatStopsAndNoneThatMissesBackends() throws Exception {
        health = MISSING;
        URI proxy = URI.create("http://127.0.0.1:" + startProxy("haproxy.cfg", List.of("haproxy", "-db", "-f")));
        try (HttpClient client = HttpClient.newHttpClient()) {
            Thread.sleep(CHECKS);
            assertThat(status(client, proxy)).isEqualTo(200);

            health = STOPPING;
            Thread.sleep(CHECKS);
            assertThat(status(client, proxy)).isEqualTo(503);

            health = MISSING;
            Thread.sleep(CHECKS);
            assertThat(status(client, proxy)).isEqualTo(200);
        }
    }

    private static int status(HttpClient client, URI proxy) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(proxy.resolve("/text")).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void passesALargeBody(HttpClient client, URI proxy) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(proxy.resolve("/body"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[BODY_BYTES]))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Integer.toString(BODY_BYTES));
    }

    private static void passesAStream(HttpClient client, URI proxy) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(
                HttpRequest.newBuilder(proxy.resolve("/stream")).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader events = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            assertThat(events.readLine()).isEqualTo("data: first");
            long first = System.nanoTime();
            assertThat(events.readLine()).isEmpty();
            assertThat(events.readLine()).isEqualTo("data: second");
            // The first event came before the silence, not with the second one.
            assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThan(SILENCE.minusSeconds(10));
            assertThat(events.readLine()).isEmpty();
            assertThat(events.readLine()).isNull();
        }
    }

    private static void passesALateAnswer(HttpClient client, URI proxy) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(proxy.resolve("/late")).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("late");
    }

    /// Starts a proxy with the documented settings, but for its addresses.
    private int startProxy(String settings, List<String> command) throws IOException, InterruptedException {
        int port = freePort();
        Path file = directory.resolve(settings);
        Files.writeString(
                file,
                Files.readString(SETTINGS.resolve(settings))
                        .replace("127.0.0.1:8080", "127.0.0.1:" + port)
                        .replace(
                                "127.0.0.1:8000",
                                "127.0.0.1:" + upstream.getAddress().getPort()));
        List<String> arguments = new ArrayList<>(command);
        arguments.add(file.toString());
        Path log = directory.resolve(settings + ".log");
        proxies.add(new ProcessBuilder(arguments)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        for (int attempt = 0; attempt < 200; attempt++) {
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(connected.isConnected()).isTrue();
                return port;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError(settings + " does not start: " + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void streamWithAPause(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write("data: first\n\n".getBytes(UTF_8));
        exchange.getResponseBody().flush();
        pause();
        exchange.getResponseBody().write("data: second\n\n".getBytes(UTF_8));
        exchange.close();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        answer(exchange, 200, text);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.sendResponseHeaders(status, text.length());
        exchange.getResponseBody().write(text.getBytes(UTF_8));
        exchange.close();
    }

    private static void pause() {
        try {
            Thread.sleep(SILENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Something that may throw.
    private interface Check {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> check(Check check) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                check.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
