package ai.autoglm.toolkit.chat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/// A server that has to show that it works, within a time for all of it.
public final class WorkingServer {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int MAX_TOKENS = 64;
    private static final String QUESTION = "What can be done here?";

    private final URI server;
    private final String apiKey;
    private final SSLContext trust;
    private final long deadline;
    private final Duration timeout;

    /// @param text of the answer, thought included
    public record Answer(String text, Duration duration) {}

    public WorkingServer(URI server, String apiKey, SSLContext trust, Duration timeout) {
        this.server = server;
        this.apiKey = apiKey;
        this.trust = trust;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /// Waits until `/health` says 200.
    ///
    /// @throws ServingException TIMEOUT with what was heard last
    public void awaitHealthy() throws InterruptedException {
        URI health = URI.create(server.toString().replaceAll("/+$", "").replaceAll("/v1$", "") + "/health");
        String last;
        try (HttpClient http = HttpClient.newBuilder().sslContext(trust).build()) {
            do {
                last = health(http, health);
                if (last.isEmpty()) {
                    return;
                }
                Thread.sleep(LOOK_AGAIN);
            } while (System.nanoTime() < deadline);
        }
        throw new ServingException(
                ErrorCode.TIMEOUT, "After " + timeout.toSeconds() + " s " + health + " says: " + last + ".");
    }

    /// What is wrong; empty when nothing is.
    private static String health(HttpClient http, URI address) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? "" : response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Sends one chat completion with pictures.
    ///
    /// @throws ServingException with the server's own sentence; TIMEOUT when the time is over; BACKEND_UNAVAILABLE
    ///     when the answer has no text
    public Answer ask(List<Path> images) throws InterruptedException {
        long begin = System.nanoTime();
        ObjectNode options =
                new JsonMapper().createObjectNode().put("temperature", 0).put("max_tokens", MAX_TOKENS);
        ChatClient client = new ChatClient(server, apiKey, options, trust);
        List<Attachment> attachments = new ArrayList<>();
        images.forEach(file -> attachments.add(new Attachment.Image(file)));
        FutureTask<String> exchange = new FutureTask<>(() -> {
            Collector collector = new Collector(new StringBuilder());
            client.send(QUESTION, attachments, collector);
            return collector.text().toString();
        });
        Thread thread = Thread.ofVirtual().start(exchange);
        String text;
        try {
            text = exchange.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new ServingException(
                    ErrorCode.TIMEOUT, "No complete answer within " + timeout.toSeconds() + " s.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ServingException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        if (text.isBlank()) {
            throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, server + " answered without a word.");
        }
        return new Answer(text, Duration.ofNanos(System.nanoTime() - begin));
    }

    /// Keeps all that the model says.
    private record Collector(StringBuilder text) implements ChatListener {
        @Override
        public void reasoning(String part) {
            text.append(part);
        }

        @Override
        public void content(String part) {
            text.append(part);
        }
    }
}
