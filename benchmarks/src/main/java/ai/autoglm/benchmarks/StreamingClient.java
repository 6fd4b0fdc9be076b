package ai.autoglm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Iterator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Sends streaming chat requests and notes when their chunks arrive.
final class StreamingClient {
    static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data: ";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    StreamingClient(URI server) {
        endpoint = server.resolve("/v1/chat/completions");
    }

    static ObjectNode text(String text) {
        return JSON.createObjectNode().put("type", "text").put("text", text);
    }

    static ObjectNode image(byte[] png) {
        ObjectNode part = JSON.createObjectNode().put("type", "image_url");
        part.putObject("image_url")
                .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
        return part;
    }

    static ObjectNode audio(byte[] wav) {
        ObjectNode part = JSON.createObjectNode().put("type", "input_audio");
        part.putObject("input_audio")
                .put("data", Base64.getEncoder().encodeToString(wav))
                .put("format", "wav");
        return part;
    }

    /// Generates exactly `tokens` tokens greedily.
    StreamTiming generate(int tokens, ObjectNode... parts) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode()
                .put("stream", true)
                .put("temperature", 0)
                .put("max_tokens", tokens)
                .put("ignore_eos", true);
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode content =
                body.putArray("messages").addObject().put("role", "user").putArray("content");
        for (ObjectNode part : parts) {
            content.add(part);
        }
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        long start = System.nanoTime();
        HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("HTTP " + response.statusCode() + ": " + lines.collect(Collectors.joining()));
            }
            return read(lines.iterator(), start);
        }
    }

    private static StreamTiming read(Iterator<String> lines, long start) throws IOException {
        long first = 0;
        int tokens = 0;
        while (lines.hasNext()) {
            String line = lines.next();
            if (!line.startsWith(DATA) || line.endsWith("[DONE]")) {
                continue;
            }
            long now = System.nanoTime() - start;
            JsonNode chunk = JSON.readTree(line.substring(DATA.length()));
            if (chunk.has("error")) {
                throw new IOException(chunk.toString());
            }
            if (!chunk.path("choices").isEmpty()) {
                first = first == 0 ? now : first;
            }
            tokens = Math.max(
                    tokens, chunk.path("usage").path("completion_tokens").asInt());
        }
        return new StreamTiming(first, tokens);
    }
}
