package ai.autoglm.audio.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.backend.testing.MiniBundle;
import ai.autoglm.backend.testing.RunningProcess;
import ai.autoglm.proto.rows.RowValues;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.AudioAccepted;
import ai.autoglm.proto.v1.AudioAnnouncement;
import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole process, over real sockets.
@QuarkusTest
@QuarkusTestResource(MiniBundleResource.class)
class AudioEncoderProcessTest {
    private static final String AUDIO_ROWS = "audio_embeds";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Bundle bundle = MiniBundle.compile();
    private final int hiddenSize = bundle.manifest().decoder().hiddenSize();

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
    void encodesEveryGoldenAudioAsTransformersDoes() {
        assertThat(MiniBundle.names(AUDIO_ROWS)).isNotEmpty();

        for (String audio : MiniBundle.names(AUDIO_ROWS)) {
            float[] golden = MiniBundle.rows(audio, AUDIO_ROWS);
            float greatest = 0;
            for (float value : golden) {
                greatest = Math.max(greatest, Math.abs(value));
            }
            try (var call = send(MiniBundle.file(audio))) {
                int tokenCount = awaitAccepted(call).getTokenCount();
                assertThat(tokenCount).as(audio).isEqualTo(golden.length / hiddenSize);
                assertThat(awaitRows(call, tokenCount)).as(audio).containsExactly(golden, within(1e-3f * greatest));
            }
        }
    }

    @Test
    void saysHowLongTheAudioIs() {
        byte[] wav = MiniBundle.file("long.wav");
        double seconds = (wav.length - 44) / 2.0 / 16_000;

        try (var call = send(wav)) {
            assertThat(awaitAccepted(call).getDurationSeconds()).isCloseTo(seconds, within(0.1));
        }
    }

    @Test
    void errorsOfTheAudioReachTheClient() {
        assertRefused(new byte[] {1, 2, 3}, ErrorCode.INVALID_AUDIO, "Audio must be");
        assertRefused(silence(100), ErrorCode.INVALID_AUDIO, "ms long");
        assertRefused(silence(61 * 16_000), ErrorCode.AUDIO_TOO_LONG, "60");
    }

    @Test
    void describesItsBundle() {
        DescribeResponse description =
                AudioEncoderGrpc.newBlockingStub(process.channel()).describe(DescribeRequest.getDefaultInstance());

        assertThat(description.getBundleId()).isEqualTo(bundle.manifest().bundleId());
        assertThat(description.getService()).isEqualTo("audio-encoder");
        assertThat(description.getHiddenSize()).isEqualTo(hiddenSize);
    }

    @Test
    void isHealthyOverGrpcAndHttp() throws Exception {
        var health = HealthGrpc.newBlockingStub(process.channel())
                .check(HealthCheckRequest.newBuilder()
                        .setService(AudioEncoderGrpc.SERVICE_NAME)
                        .build());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(process.read("health/ready")).contains("audio-encoder").doesNotContain("DOWN");
    }

    @Test
    void reportsMetrics() throws Exception {
        assertThat(process.read("metrics"))
                .contains(
                        "autoglm_encoder_queue_requests{encoder=\"audio-encoder\"} ",
                        "autoglm_encode_seconds_count{encoder=\"audio-encoder\"} ",
                        "vllm:mm_cache_hits_total{encoder=\"audio-encoder\",engine=\"0\",model_name=\"autoglm-phone-9b\"} ",
                        "autoglm_engine_info{chosen=\"onnxruntime\",device=\"cpu\",engine=\"onnxruntime\",part=\"audio-encoder\"} 1.0");
    }

    private void assertRefused(byte[] file, ErrorCode code, String message) {
        try (var call = send(file)) {
            assertThatThrownBy(() -> awaitAccepted(call))
                    .hasMessageContaining(message)
                    .extracting(error -> ((ServingException) error).code())
                    .isEqualTo(code);
        }
    }

    private ClientExchange<EncodeAudioRequest, EncodeAudioResponse> send(byte[] file) {
        ClientExchange<EncodeAudioRequest, EncodeAudioResponse> call =
                ClientExchange.open(AudioEncoderGrpc.newStub(process.channel())::encode, "audio encoder", PATIENCE);
        AudioAnnouncement announcement = AudioAnnouncement.newBuilder()
                .setBundleId(bundle.manifest().bundleId())
                .setRequestId("test")
                .setSha256(ByteString.copyFrom(Hashing.sha256().hashBytes(file).asBytes()))
                .setByteCount(file.length)
                .build();
        call.requests()
                .send(EncodeAudioRequest.newBuilder().setAudio(announcement).build());
        call.requests()
                .send(EncodeAudioRequest.newBuilder()
                        .setChunk(ByteString.copyFrom(file))
                        .build());
        call.requests().complete();
        return call;
    }

    private static AudioAccepted awaitAccepted(ClientExchange<EncodeAudioRequest, EncodeAudioResponse> call) {
        return call.responses()
                .receive(PATIENCE)
                .map(EncodeAudioResponse::getAccepted)
                .orElseThrow();
    }

    private static float[] awaitRows(ClientExchange<EncodeAudioRequest, EncodeAudioResponse> call, int tokenCount) {
        List<EmbeddingRows> rows = new ArrayList<>();
        for (int count = 0; count < tokenCount; count += rows.getLast().getRowCount()) {
            rows.add(call.responses().receive(PATIENCE).orElseThrow().getRows());
        }
        assertThat(call.responses().receive(PATIENCE)).isEmpty();
        return RowValues.of(rows, ElementType.FLOAT32);
    }

    /// The golden file's header in front of zeros: 16 bit at 16 kHz.
    private static byte[] silence(int sampleCount) {
        int byteCount = 2 * sampleCount;
        ByteBuffer wav = ByteBuffer.allocate(44 + byteCount).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(MiniBundle.file("long.wav"), 0, 44);
        wav.putInt(4, 36 + byteCount);
        wav.putInt(40, byteCount);
        return wav.array();
    }
}
