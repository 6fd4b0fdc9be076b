package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damaged bodies, thousands of them, at a running system of their own: each is answered or refused, none is a fault of
/// the server, nothing restarts, nothing is kept.
///
/// The system property `autoglm.fuzz.first` moves on to other bodies, `autoglm.fuzz.count` sets how many. A body that
/// does harm is left in `target/fuzz`.
final class FuzzIT {
    private static final int FIRST = Integer.getInteger("autoglm.fuzz.first", 0);
    private static final int COUNT = Integer.getInteger("autoglm.fuzz.count", 10_000);
    private static final int CLIENTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double GROWTH = 1.2;
    private static final List<Integer> EXPECTED = List.of(200, 400, 404, 413, 415);

    private final Queue<String> harms = new ConcurrentLinkedQueue<>();

    @Test
    @Timeout(1200)
    void noBodyHarmsTheServer() throws InterruptedException {
        try (TestCluster cluster = TestCluster.start("fuzz")) {
            Map<Service, Long> processes = cluster.processIds();
            send(cluster, FIRST, FIRST + COUNT / 2);
            Map<Service, Long> memory = cluster.residentKilobytes();
            send(cluster, FIRST + COUNT / 2, FIRST + COUNT);

            assertThat(harms).isEmpty();
            assertThat(cluster.processIds()).isEqualTo(processes);
            cluster.residentKilobytes()
                    .forEach((service, kilobytes) -> assertThat(kilobytes)
                            .as("memory of the %s", service.label())
                            .isLessThan((long) (memory.getOrDefault(service, 0L) * GROWTH)));
            GoldenCase golden = GoldenCase.named("screen0-q1");
            assertThat(cluster.api().send(golden.request()).content()).isEqualTo(golden.greedyText());
        }
    }

    private void send(TestCluster cluster, int first, int end) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(first);
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int client = 0; client < CLIENTS; client++) {
                clients.execute(() -> {
                    for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
                        send(cluster, http, FuzzBody.of(number));
                    }
                });
            }
        }
    }

    private void send(TestCluster cluster, HttpClient http, FuzzBody body) {
        HttpRequest request = HttpRequest.newBuilder(cluster.gateway().resolve(body.path()))
                .timeout(PATIENCE)
                .header("Content-Type", body.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()))
                .build();
        try {
            check(body, http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            harm(body, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(FuzzBody body, HttpResponse<String> response) {
        int status = response.statusCode();
        if (!EXPECTED.contains(status)) {
            harm(body, status + " " + response.body());
        } else if (status != 200) {
            JsonNode message = Json.read(response.body()).at("/error/message");
            if (!message.isTextual() || message.asText().contains("Exception")) {
                harm(body, status + " " + response.body());
            }
        } else if (response.body().startsWith("data:") && response.body().contains("event: error")) {
            harm(body, response.body().lines().collect(Collectors.joining(" ")));
        }
    }

    private void harm(FuzzBody body, String what) {
        Path folder = Repository.OUTPUT.resolve("fuzz");
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(Integer.toString(body.number())), body.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        harms.add("body " + body.number() + " to " + body.path() + ": " + what);
    }
}
