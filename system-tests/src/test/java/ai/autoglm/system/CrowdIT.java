package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many more screenshots at once than one encoder and one decoder have room for: each request is answered as if it
/// were alone, or refused at once with the time after which to come again. None hangs, is lost, or is worked on
/// twice.
@ExtendWith(SharedCluster.class)
final class CrowdIT {
    private static final int REQUESTS = 200;
    private static final int WARM_UP_REQUESTS = 20;
    private static final GoldenCase SCREEN = GoldenCase.named("screen0-q1");
    /// Names the requests of this run: logs of earlier ones may be in the same file.
    private static final String MARK = "crowd-" + System.nanoTime();
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(10);
    private static final String DECODED = "autoglm_decoder_requests_total{outcome=\"ok\"}";

    /// @param after since the request was sent
    private record Outcome(String requestId, ChatAnswer answer, Duration after) {
        boolean isServed() {
            return answer.status() == 200;
        }

        /// Of an answer that is no refusal.
        Optional<String> answerId() {
            return isServed() ? Optional.of(answer.body().path("id").asText()) : Optional.empty();
        }
    }

    @Test
    void eachRequestIsAnsweredRightOrRefusedAtOnce(TestCluster cluster) throws InterruptedException {
        TestProcess decoder = cluster.process(Service.DECODER);
        warmUp(cluster);
        double decodedBefore = decoder.metricSum(DECODED);

        List<Outcome> outcomes = sendAllAtOnce(cluster);

        List<Outcome> served = outcomes.stream().filter(Outcome::isServed).toList();
        List<Outcome> refused =
                outcomes.stream().filter(outcome -> !outcome.isServed()).toList();
        assertThat(served)
                .as("there is always room for as many as the decoder works on side by side")
                .hasSizeGreaterThanOrEqualTo((int) decoder.metric("autoglm_decoder_slots"))
                .allSatisfy(CrowdIT::requireGolden);
        assertThat(refused).as("there is not room for all").isNotEmpty().allSatisfy(CrowdIT::requireRefusal);
        assertThat(last(refused))
                .as("nobody waited for the work of others to be refused")
                .isLessThan(last(served));
        assertThat(outcomes.stream().map(Outcome::answerId).flatMap(Optional::stream))
                .as("no answer went to two clients")
                .doesNotHaveDuplicates();
        assertNothingIsLeft(cluster);
        assertThat(decoder.metricSum(DECODED) - decodedBefore)
                .as("generations, each for one client")
                .isEqualTo(served.size());
        assertThat(logged(cluster))
                .containsExactlyInAnyOrderElementsOf(
                        outcomes.stream().map(Outcome::requestId).toList());
        assertThat(cluster.api().send(SCREEN.request()).content()).isEqualTo(SCREEN.greedyText());
    }

    /// What a process does for the first time takes it much longer.
    private static void warmUp(TestCluster cluster) {
        GoldenLoad load = new GoldenLoad(cluster.api());
        for (int request = 0; request < WARM_UP_REQUESTS; request++) {
            load.sendNext();
        }
    }

    private static void requireGolden(Outcome outcome) {
        assertThat(outcome.answer().content()).isEqualTo(SCREEN.greedyText());
        assertThat(outcome.answer().finishReason()).isEqualTo(SCREEN.finishReason());
        assertThat(outcome.answer().headers().firstValue("x-request-id")).hasValue(outcome.requestId());
    }

    private static void requireRefusal(Outcome outcome) {
        assertThat(outcome.answer().status())
                .as(outcome.answer().body().toString())
                .isIn(429, 503);
        assertThat(outcome.answer().headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
    }

    private static Duration last(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::after).max(Duration::compareTo).orElseThrow();
    }

    /// Whoever has its answer holds nothing any more, in any service.
    private static void assertNothingIsLeft(TestCluster cluster) {
        Map<String, Service> gauges = Map.of(
                "autoglm_requests_running", Service.GATEWAY,
                "autoglm_pending_requests", Service.GATEWAY,
                "autoglm_pending_patches", Service.GATEWAY,
                "autoglm_media_memory_bytes", Service.VISION_ENCODER,
                "vllm:num_requests_running", Service.DECODER,
                "vllm:num_requests_waiting", Service.DECODER);
        gauges.forEach((gauge, service) -> Await.until(
                SETTLE_PATIENCE,
                gauge + " is 0 at the " + service,
                () -> cluster.process(service).metricSum(gauge) == 0));
    }

    /// The requests of this test that the gateway has written a line about, once for each line.
    private static List<String> logged(TestCluster cluster) {
        Pattern line = Pattern.compile(" request=(" + MARK + "-\\d+) ");
        return line.matcher(cluster.log(Service.GATEWAY))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<Outcome> sendAllAtOnce(TestCluster cluster) throws InterruptedException {
        ChatApi api = cluster.api();
        long first = System.nanoTime();
        CountDownLatch ready = new CountDownLatch(REQUESTS);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> sent = new ArrayList<>();
            for (int client = 0; client < REQUESTS; client++) {
                long own = first + client;
                byte[] body = Json.write(SCREEN.request(file -> FreshMedia.png(file, own), UnaryOperator.identity()))
                        .getBytes(StandardCharsets.UTF_8);
                String id = MARK + "-" + client;
                sent.add(clients.submit(() -> {
                    ready.countDown();
                    ready.await();
                    long start = System.nanoTime();
                    ChatAnswer answer = api.send(body, Map.of("x-request-id", id));
                    return new Outcome(id, answer, Duration.ofNanos(System.nanoTime() - start));
                }));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> request : sent) {
                try {
                    outcomes.add(request.get());
                } catch (ExecutionException e) {
                    throw new AssertionError("a request was lost", e);
                }
            }
            return outcomes;
        }
    }
}
