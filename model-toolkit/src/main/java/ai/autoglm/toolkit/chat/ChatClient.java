package ai.autoglm.toolkit.chat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/// One conversation with a server: remembers what was said and streams each answer.
public final class ChatClient {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data: ";

    private final HttpClient http;
    private final URI endpoint;
    private final String apiKey;
    private final ObjectNode options;
    private final ArrayNode messages = JSON.createArrayNode();

    /// A new conversation.
    ///
    /// @param server base address, such as `http://127.0.0.1:8000`
    /// @param options fields of the request beside messages and stream
    /// @param trust whom to trust as an HTTPS server
    public ChatClient(URI server, String apiKey, ObjectNode options, SSLContext trust) {
        this.http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .sslContext(trust)
                .build();
        this.endpoint =
                URI.create(server.toString().replaceAll("/+$", "").replaceAll("/v1$", "") + "/v1/chat/completions");
        this.apiKey = apiKey;
        this.options = options;
    }

    /// Forgets the conversation.
    public void reset() {
        messages.removeAll();
    }

    /// Adds an instruction for the model.
    public void system(String text) {
        messages.addObject().put("role", "system").put("content", text);
    }

    /// Sends a message and streams the answer. A message that fails is not remembered.
    ///
    /// @throws ServingException with the server's own sentence, or a sentence that says it cannot be reached
    public void send(String text, List<Attachment> attachments, ChatListener listener) throws InterruptedException {
        ArrayNode content = JSON.createArrayNode();
        attachments.forEach(attachment -> content.add(attachment.part(JSON)));
        if (!text.isEmpty()) {
            content.addObject().put("type", "text").put("text", text);
        }
        int before = messages.size();
        messages.addObject().put("role", "user").set("content", content);
        try {
            String answer = stream(listener);
            messages.addObject().put("role", "assistant").put("content", answer);
        } catch (ServingException | InterruptedException e) {
            while (messages.size() > before) {
                messages.remove(messages.size() - 1);
            }
            throw e;
        }
    }

    private String stream(ChatListener listener) throws InterruptedException {
        ObjectNode body = options.deepCopy().put("stream", true);
        body.set("messages", messages);
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + apiKey)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw refusal(response.statusCode(), lines.collect(Collectors.joining("\n")));
                }
                return read(lines.iterator(), listener);
            }
        } catch (SSLHandshakeException e) {
            throw new ServingException(
                    ErrorCode.BACKEND_UNAVAILABLE,
                    "The certificate of " + endpoint + " is not trusted: give that of its authority with --ca.",
                    e);
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.BACKEND_UNAVAILABLE,
                    "No server answers at " + endpoint + ": start one with run_autoglm_server.sh or give --url.",
                    e);
        }
    }

    private static String read(Iterator<String> lines, ChatListener listener) throws JsonProcessingException {
        StringBuilder answer = new StringBuilder();
        while (lines.hasNext()) {
            String line = lines.next();
            if (!line.startsWith(DATA) || line.equals(DATA + "[DONE]")) {
                continue;
            }
            JsonNode event = JSON.readTree(line.substring(DATA.length()));
            if (event.has("error")) {
                throw new ServingException(
                        ErrorCode.INTERNAL, event.path("error").path("message").asText());
            }
            JsonNode delta = event.path("choices").path(0).path("delta");
            if (delta.hasNonNull("reasoning_content")) {
                listener.reasoning(delta.path("reasoning_content").asText());
            }
            if (delta.hasNonNull("content")) {
                listener.content(delta.path("content").asText());
                answer.append(delta.path("content").asText());
            }
        }
        return answer.toString();
    }

    private static ServingException refusal(int status, String body) {
        String message = "The server answered " + status + ".";
        try {
            message = JSON.readTree(body).path("error").path("message").asText(message);
        } catch (JsonProcessingException e) {
            // Not our server's answer: the status says all there is.
        }
        return new ServingException(ErrorCode.INVALID_VALUE, message);
    }
}
