package ai.autoglm.helm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// As much of a Kubernetes API server as the chart's `lookup` asks for: the kinds that there are, and the objects that
/// a test puts here. The library that renders finds it through the file that the environment variable KUBECONFIG names.
final class FakeApiServer {
    private static final JsonMapper JSON = new JsonMapper();
    /// Names of resources and kinds by the path of their API group.
    private static final Map<String, Map<String, String>> KINDS = Map.of(
            "/api/v1", Map.of("secrets", "Secret"),
            "/apis/apps/v1", Map.of("statefulsets", "StatefulSet", "deployments", "Deployment"));

    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();

    /// Serves until the process ends.
    static FakeApiServer start() {
        FakeApiServer server = new FakeApiServer();
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", server::answer);
            http.setExecutor(task -> Thread.ofVirtual().start(task));
            http.start();
            writeKubeconfig("http://127.0.0.1:" + http.getAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server;
    }

    /// From now on there is this object.
    ///
    /// @param collection as in `/api/v1/namespaces/phones/secrets`
    void put(String collection, ObjectNode object) {
        objects.put(collection + "/" + object.path("metadata").path("name").asText(), object);
    }

    void clear() {
        objects.clear();
    }

    private static void writeKubeconfig(String address) throws IOException {
        Path file = Path.of(System.getenv("KUBECONFIG"));
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: fake, cluster: {server: "%s"}}]
                users: [{name: nobody, user: {}}]
                contexts: [{name: fake, context: {cluster: fake, user: nobody}}]
                current-context: fake
                """.formatted(address));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> kinds = KINDS.get(path);
        ObjectNode object = objects.get(path);
        if (kinds != null) {
            write(exchange, 200, resources(kinds));
        } else if (object != null) {
            write(exchange, 200, object);
        } else if (KINDS.values().stream()
                .anyMatch(names -> names.keySet().stream().anyMatch(path::endsWith))) {
            write(exchange, 200, list(path));
        } else {
            write(
                    exchange,
                    404,
                    JSON.createObjectNode()
                            .put("kind", "Status")
                            .put("apiVersion", "v1")
                            .put("status", "Failure")
                            .put("reason", "NotFound")
                            .put("code", 404));
        }
    }

    private static ObjectNode resources(Map<String, String> kinds) {
        ObjectNode list = JSON.createObjectNode().put("kind", "APIResourceList").put("apiVersion", "v1");
        ArrayNode resources = list.putArray("resources");
        kinds.forEach((name, kind) -> resources
                .addObject()
                .put("name", name)
                .put("kind", kind)
                .put("namespaced", true)
                .putPOJO("verbs", List.of("get", "list")));
        return list;
    }

    private ObjectNode list(String path) {
        ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
        ArrayNode items = list.putArray("items");
        objects.forEach((key, object) -> {
            if (key.startsWith(path + "/")) {
                items.add(object);
            }
        });
        return list;
    }

    private static void write(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
