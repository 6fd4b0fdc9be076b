package ai.autoglm.vision.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.vision.testing.MiniBundle;
import ai.autoglm.vision.testing.VisionClient;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole process, over real sockets.
@QuarkusTest
@QuarkusTestResource(MiniBundleResource.class)
class VisionEncoderProcessTest {
    @Inject
    GrpcServer grpc;

    @TestHTTPResource(value = "/", management = true)
    @SuppressWarnings("NullAway.Init")
    URI management;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpc.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void encodesEveryGoldenImageAsTransformersDoes() {
        Bundle bundle = MiniBundle.compile();
        int hiddenSize = bundle.manifest().decoder().hiddenSize();
        assertThat(MiniBundle.imageNames()).isNotEmpty();

        for (String image : MiniBundle.imageNames()) {
            float[] golden = MiniBundle.imageRows(image);
            float greatest = 0;
            for (float value : golden) {
                greatest = Math.max(greatest, Math.abs(value));
            }
            float[] rows = encode(bundle.manifest().bundleId(), image, golden.length / hiddenSize);
            assertThat(rows).as(image).containsExactly(golden, within(1e-3f * greatest));
        }
    }

    @Test
    void describesItsBundle() {
        DescribeResponse description =
                VisionEncoderGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance());

        assertThat(description.getBundleId())
                .isEqualTo(MiniBundle.compile().manifest().bundleId());
        assertThat(description.getEngine()).isEqualTo("onnxruntime");
    }

    @Test
    void isHealthyOverGrpcAndHttp() throws Exception {
        var health = HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder()
                        .setService(VisionEncoderGrpc.SERVICE_NAME)
                        .build());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(read("health/ready")).contains("vision-encoder").doesNotContain("DOWN");
    }

    @Test
    void reportsMetrics() throws Exception {
        assertThat(read("metrics"))
                .contains(
                        "autoglm_encoder_queue_requests{encoder=\"vision-encoder\"} ",
                        "autoglm_encoder_queue_capacity{encoder=\"vision-encoder\"} 32.0",
                        "autoglm_encode_seconds_count{encoder=\"vision-encoder\"} ",
                        "vllm:mm_cache_queries_total{encoder=\"vision-encoder\",engine=\"0\",model_name=\"autoglm-phone-9b\"} ",
                        "autoglm_engine_info{chosen=\"onnxruntime\",device=\"cpu\",engine=\"onnxruntime\",part=\"vision-encoder\"} 1.0");
    }

    private float[] encode(String bundleId, String image, int tokenCount) {
        byte[] file = MiniBundle.image(image);
        try (VisionClient call = new VisionClient(channel)) {
            call.send(VisionClient.announce(bundleId, file, tokenCount), file).awaitAccepted();
            return call.awaitRows(tokenCount);
        }
    }

    private String read(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(management.resolve("/q/" + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }
}
