package ai.autoglm.toolkit.provision;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A web server of one folder, with the faults that web servers have.
final class FileServer implements AutoCloseable {
    private final Path folder;
    private final HttpServer http;
    /// Each request: path, and what it asked for of a file.
    final List<String> requests = new CopyOnWriteArrayList<>();
    /// How many answers break off after half of the file.
    final AtomicInteger breaks = new AtomicInteger();
    /// How many answers never come to an end.
    final AtomicInteger stalls = new AtomicInteger();
    volatile @Nullable String authorization;

    FileServer(Path folder) throws IOException {
        this.folder = folder;
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/models/", this::answer);
        http.createContext("/moved/", this::redirect);
        http.setExecutor(task -> Thread.ofVirtual().start(task));
        http.start();
    }

    URI address(String context) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + context);
    }

    private void redirect(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath().replace("/moved/", "/models/");
        exchange.getResponseHeaders().set("Location", path);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        Path file = folder.resolve(exchange.getRequestURI().getPath().substring("/models/".length()));
        requests.add(file.getFileName() + (range == null ? "" : " " + range));
        String expected = authorization;
        if (expected != null && !expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.sendResponseHeaders(401, -1);
        } else if (!Files.exists(file)) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            byte[] bytes = Files.readAllBytes(file);
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from >= bytes.length) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                send(exchange, Arrays.copyOfRange(bytes, from, bytes.length), range == null ? 200 : 206);
            }
        }
        exchange.close();
    }

    private void send(HttpExchange exchange, byte[] bytes, int status) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length);
        if (breaks.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("broken off");
        }
        if (stalls.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
