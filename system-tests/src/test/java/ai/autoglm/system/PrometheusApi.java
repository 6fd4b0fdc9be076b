package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Asks a Prometheus server.
final class PrometheusApi {
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    PrometheusApi(URI address) {
        this.address = address;
    }

    boolean isReady() {
        try {
            return fetch("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /// The values that an expression has now; NaN is none.
    List<Double> query(String expression) {
        JsonNode result = get("/api/v1/query?query=" + encoded(expression)).path("result");
        return result.valueStream()
                .map(series ->
                        Double.parseDouble(series.path("value").path(1).asText().replace("Inf", "Infinity")))
                .filter(value -> !value.isNaN())
                .toList();
    }

    /// The values of a label of all series of a name.
    List<String> labelValues(String label, String name) {
        JsonNode values = get("/api/v1/label/" + label + "/values?match[]=" + encoded(name));
        return values.valueStream().map(JsonNode::asText).toList();
    }

    /// All groups of rules, with the health of each rule.
    JsonNode rules() {
        return get("/api/v1/rules").path("groups");
    }

    private JsonNode get(String path) {
        JsonNode answer = Json.read(fetch(path).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.path("data");
    }

    private HttpResponse<String> fetch(String path) {
        return Http.send(
                http,
                HttpRequest.newBuilder(URI.create(address + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
