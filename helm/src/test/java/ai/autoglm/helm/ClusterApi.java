package ai.autoglm.helm;

import ai.autoglm.toolkit.chat.Trust;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The API of a cluster, as plain JSON over HTTPS.
final class ClusterApi {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http;
    private final URI server;
    private final String token;

    private ClusterApi(HttpClient http, URI server, String token) {
        this.http = http;
        this.server = server;
        this.token = token;
    }

    /// An answer of the server.
    record Answer(int status, JsonNode body) {}

    /// @param kubeconfig with one cluster, its authority in a file, and one user with a token
    static ClusterApi of(Path kubeconfig) {
        JsonNode config = Chart.yaml(kubeconfig);
        Path authority =
                Path.of(config.at("/clusters/0/cluster/certificate-authority").asText());
        return new ClusterApi(
                HttpClient.newBuilder()
                        .sslContext(Trust.certificates(authority))
                        .build(),
                URI.create(config.at("/clusters/0/cluster/server").asText()),
                config.at("/users/0/user/token").asText());
    }

    JsonNode get(String path) {
        Answer answer = call("GET", path, null, "application/json");
        return answer.status() == 404
                ? JSON.missingNode()
                : require(answer, path).body();
    }

    List<JsonNode> list(String path) {
        List<JsonNode> items = new ArrayList<>();
        require(call("GET", path, null, "application/json"), path)
                .body()
                .path("items")
                .forEach(items::add);
        return items;
    }

    /// Creates an object, unless there is one of its name.
    void create(String collection, ObjectNode object) {
        Answer answer = call("POST", collection, object, "application/json");
        if (answer.status() != 409) {
            require(answer, collection);
        }
    }

    /// Has the server check an object as if it were created, unknown fields included.
    ///
    /// @throws AssertionError with what the server says against it
    void validate(String namespace, Manifest manifest) {
        String group = (manifest.apiVersion().contains("/") ? "/apis/" : "/api/") + manifest.apiVersion();
        String resource = get(group)
                .path("resources")
                .valueStream()
                .filter(known -> known.path("kind").asText().equals(manifest.kind()))
                .map(known -> known.path("name").asText())
                .filter(name -> !name.contains("/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the server has no " + manifest.kind() + " in " + group));
        String path = group + "/namespaces/" + namespace + "/" + resource + "?dryRun=All&fieldValidation=Strict";
        ObjectNode object = manifest.json().deepCopy();
        require(call("POST", path, object, "application/json"), manifest + " at " + path);
    }

    /// Merges into an object, or into its status; nothing happens when it is gone.
    void patch(String path, ObjectNode changes) {
        Answer answer = call("PATCH", path, changes, "application/merge-patch+json");
        if (answer.status() != 404 && answer.status() != 409) {
            require(answer, path);
        }
    }

    /// Deletes a pod as its kubelet does when its containers have ended.
    void finishPod(String path) {
        call("DELETE", path + "?gracePeriodSeconds=0", null, "application/json");
    }

    /// Asks for an eviction: 201, or 429 when a budget forbids it.
    int evict(String namespace, String pod) {
        ObjectNode eviction =
                JSON.createObjectNode().put("apiVersion", "policy/v1").put("kind", "Eviction");
        eviction.putObject("metadata").put("name", pod).put("namespace", namespace);
        return call(
                        "POST",
                        "/api/v1/namespaces/" + namespace + "/pods/" + pod + "/eviction",
                        eviction,
                        "application/json")
                .status();
    }

    private Answer call(String method, String path, @Nullable ObjectNode body, String type) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Answer require(Answer answer, String path) {
        if (answer.status() >= 300) {
            throw new AssertionError(path + ": " + answer.status() + " "
                    + answer.body().path("message").asText());
        }
        return answer;
    }
}
