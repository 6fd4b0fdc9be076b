package ai.autoglm.vision.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.backend.testing.MiniBundle;
import ai.autoglm.backend.testing.RunningProcess;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.vision.testing.VisionClient;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole process, over real sockets.
@QuarkusTest
@QuarkusTestResource(MiniBundleResource.class)
class VisionEncoderProcessTest {
    private static final String IMAGE_ROWS = "image_embeds";

    @Inject
    GrpcServer grpc;

    @TestHTTPResource(value = "/", management = true)
    @SuppressWarnings("NullAway.Init")
    URI management;

    private RunningProcess process;

    @BeforeEach
    void connect() {
        process = new RunningProcess(grpc.getPort(), management);
    }

    @AfterEach
    void disconnect() {
        process.close();
    }

    @Test
    void encodesEveryGoldenImageAsTransformersDoes() {
        Bundle bundle = MiniBundle.compile();
        int hiddenSize = bundle.manifest().decoder().hiddenSize();
        assertThat(images()).isNotEmpty();

        for (String image : images()) {
            float[] golden = MiniBundle.rows(image, IMAGE_ROWS);
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
                VisionEncoderGrpc.newBlockingStub(process.channel()).describe(DescribeRequest.getDefaultInstance());

        assertThat(description.getBundleId())
                .isEqualTo(MiniBundle.compile().manifest().bundleId());
        assertThat(description.getEngine()).isEqualTo("onnxruntime");
    }

    @Test
    void isHealthyOverGrpcAndHttp() throws Exception {
        var health = HealthGrpc.newBlockingStub(process.channel())
                .check(HealthCheckRequest.newBuilder()
                        .setService(VisionEncoderGrpc.SERVICE_NAME)
                        .build());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(process.read("health/ready")).contains("vision-encoder").doesNotContain("DOWN");
    }

    @Test
    void reportsMetrics() throws Exception {
        assertThat(process.read("metrics"))
                .contains(
                        "autoglm_encoder_queue_requests{encoder=\"vision-encoder\"} ",
                        "autoglm_encoder_queue_capacity{encoder=\"vision-encoder\"} 32.0",
                        "autoglm_encode_seconds_count{encoder=\"vision-encoder\"} ",
                        "vllm:mm_cache_queries_total{encoder=\"vision-encoder\",engine=\"0\",model_name=\"autoglm-phone-9b\"} ",
                        "autoglm_engine_info{chosen=\"onnxruntime\",device=\"cpu\",engine=\"onnxruntime\",part=\"vision-encoder\"} 1.0");
    }

    /// The golden images whose pixels are defined to the last level.
    private static List<String> images() {
        return MiniBundle.names(IMAGE_ROWS).stream()
                .filter(image -> !image.startsWith("alpha.png"))
                .toList();
    }

    private float[] encode(String bundleId, String image, int tokenCount) {
        byte[] file = MiniBundle.file(image);
        try (VisionClient call = new VisionClient(process.channel())) {
            call.send(VisionClient.announce(bundleId, file, tokenCount), file).awaitAccepted();
            return call.awaitRows(tokenCount);
        }
    }
}
