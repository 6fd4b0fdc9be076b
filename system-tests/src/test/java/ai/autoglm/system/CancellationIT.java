package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that leaves frees what its request held.
@ExtendWith(SharedCluster.class)
final class CancellationIT {
    private static final int TOKEN_COUNT = 7000;
    private static final int CLIENTS = 64;

    private final TestCluster cluster;

    CancellationIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientThatLeavesFreesItsPlaceInTheDecoder(boolean stream) throws IOException {
        double decodedBefore = cluster.metric(Service.DECODER, "autoglm_decode_tokens_total");
        try (RawConnection connection = new RawConnection(cluster.gateway())) {
            connection.send(
                    "POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json",
                    Json.write(endless(stream)));
            awaitRunning(1);
        }
        awaitRunning(0);

        assertThat(cluster.metric(Service.DECODER, "autoglm_decode_tokens_total") - decodedBefore)
                .isLessThan(TOKEN_COUNT - 100);
        GoldenCase golden = GoldenCase.named("text-en");
        assertThat(cluster.api().send(golden.request()).content()).isEqualTo(golden.greedyText());
    }

    @Test
    void manyClientsThatLeaveInMidStreamAreForgottenWithinASecond() throws IOException {
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int client = 0; client < CLIENTS; client++) {
                connections.add(new RawConnection(cluster.gateway()));
                connections
                        .getLast()
                        .send(
                                "POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json",
                                Json.write(endless(true)));
            }
            for (RawConnection connection : connections) {
                connection.awaitFirstByte();
            }
            awaitRunning(8);
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }

        Await.until(
                Duration.ofSeconds(1),
                "no sequence of " + CLIENTS + " clients that left runs in the decoder",
                () -> cluster.metric(Service.DECODER, "vllm:num_requests_running") == 0);
        GoldenCase golden = GoldenCase.named("text-en");
        assertThat(cluster.api().send(golden.request()).content()).isEqualTo(golden.greedyText());
    }

    private static Map<String, Object> endless(boolean stream) {
        Map<String, Object> request = ChatRequests.ask("What do you see?");
        request.put("max_tokens", TOKEN_COUNT);
        request.put("ignore_eos", true);
        request.put("stream", stream);
        return request;
    }

    private void awaitRunning(int count) {
        Await.until(
                Duration.ofSeconds(10),
                count + " sequences run in the decoder",
                () -> cluster.metric(Service.DECODER, "vllm:num_requests_running") == count);
    }
}
