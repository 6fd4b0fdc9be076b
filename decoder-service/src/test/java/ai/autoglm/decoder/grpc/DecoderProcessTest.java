package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.backend.testing.RunningProcess;
import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real process: configuration, sockets, health and metrics.
@QuarkusTest
@TestProfile(BundleProfile.class)
class DecoderProcessTest {
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
    void answersOverASocket() throws IOException, InterruptedException {
        GoldenCase golden = GoldenCase.named("screen0-q0");
        var call =
                ClientExchange.open(DecoderGrpc.newStub(process.channel())::generate, "decoder", TestServer.PATIENCE);
        call.requests()
                .send(GenerateRequest.newBuilder()
                        .setStart(TestServer.start(golden))
                        .build());
        TokenIds.Builder ids = TokenIds.builder();
        TestServer.complete(call, TestServer.rows(golden)).stream()
                .filter(GenerateResponse::hasToken)
                .forEach(response -> ids.append(response.getToken().getTokenId()));
        assertThat(ids.build()).isEqualTo(golden.greedyIds());
        assertThat(process.read("metrics"))
                .contains(
                        "autoglm_decoder_slots 4.0",
                        "autoglm_decode_tokens_total",
                        "autoglm_batch_sequences_count",
                        "autoglm_overlap_ratio_count 1.0",
                        "autoglm_decoder_requests_total{outcome=\"ok\"} 1.0",
                        "autoglm_engine_info{chosen=\"onnxruntime\",device=\"cpu\",engine=\"onnxruntime\",part=\"decoder\"} 1.0",
                        "vllm:num_requests_running{engine=\"0\",model_name=\"autoglm-phone-9b\"} ",
                        "vllm:request_decode_time_seconds_bucket{engine=\"0\",model_name=\"autoglm-phone-9b\",le=\"0.3\"} ");
    }

    @Test
    void saysThatItServes() throws IOException, InterruptedException {
        var described = DecoderGrpc.newBlockingStub(process.channel()).describe(DescribeRequest.getDefaultInstance());
        assertThat(described.getMaxModelLen()).isEqualTo(1000);
        var health = HealthGrpc.newBlockingStub(process.channel()).check(HealthCheckRequest.getDefaultInstance());
        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(process.read("health/ready")).contains("decoder").doesNotContain("DOWN");
    }
}
