package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ErrorDetail;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GeneratedToken;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.system.WireRecording.Call;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.launch.Service;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.net.URI;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// This release beside the one before it, whose messages [WireRecordingIT] has recorded: either end of a call may
/// be the older one while a cluster is rolled. Both have the same embedded model: where that is trained anew, the
/// older release is recorded anew with it.
@ExtendWith(SharedCluster.class)
final class WireReplayIT {
    private static final WireRecording RECORDING =
            WireRecording.read(Repository.ROOT.resolve("system-tests/src/test/resources/wire/0.1.0.bin"));
    private static final String BUNDLE_ID =
            Bundle.open(TestCluster.bundle()).manifest().bundleId();
    /// Two builds of an engine round differently.
    private static final float TOLERANCE = 1e-3f;

    static Stream<Call> calls() {
        return RECORDING.calls().stream();
    }

    static Stream<Call> workCalls() {
        return calls().filter(call -> !call.method().endsWith(WireMessages.DESCRIBE));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyFieldOfTheOlderReleaseIsKnown(Call call) {
        for (WireRecording.Message recorded : call.messages()) {
            Message message = WireMessages.parse(call.method(), recorded.fromClient(), recorded.bytes());

            assertThat(unknownFields(message)).as("%s", message).isEmpty();
            assertThat(message.toByteString()).as("nothing is lost on the way").isEqualTo(recorded.bytes());
        }
    }

    @ParameterizedTest
    @MethodSource("workCalls")
    void backendsAnswerAnOlderGatewayAsTheirPredecessorsDid(Call recorded, TestCluster cluster) {
        Call answered = call(cluster, recorded);

        assertThat(answered.status()).isEqualTo(recorded.status());
        assertThat(errorCode(answered)).isEqualTo(errorCode(recorded));
        List<Message> before = answers(recorded);
        List<Message> now = answers(answered);
        assertThat(now)
                .extracting(WireReplayIT::kind)
                .isEqualTo(before.stream().map(WireReplayIT::kind).toList());
        for (int index = 0; index < now.size(); index++) {
            requireSame(now.get(index), before.get(index));
        }
    }

    @Test
    void backendsDescribeThemselvesAsTheirPredecessorsDid(TestCluster cluster) {
        for (Call recorded : calls().filter(call -> call.method().endsWith(WireMessages.DESCRIBE))
                .filter(call -> call.status() == 0)
                .toList()) {
            DescribeResponse before = WireMessages.parse(
                    DescribeResponse.parser(), recorded.sentByServer().getFirst());
            DescribeResponse now = WireMessages.parse(
                    DescribeResponse.parser(),
                    call(cluster, recorded).sentByServer().getFirst());

            assertThat(now.toBuilder()
                            .setBundleId(before.getBundleId())
                            .clearState()
                            .clearReportsProgress()
                            .build())
                    .isEqualTo(before);
        }
    }

    @Test
    void aGatewayIsServedByOlderBackends() {
        try (WirePlayer backends = new WirePlayer(RECORDING, BUNDLE_ID);
                TestProcess gateway = gatewayOf(backends.address())) {
            gateway.launch();
            gateway.awaitReady();
            ChatApi api = new ChatApi(URI.create("http://" + gateway.address()));

            ChatStream text = api.stream(WireRequests.text());
            assertThat(text.content()).isEqualTo(WireRequests.TEXT.greedyText());
            assertThat(text.finishReasons()).containsExactly("stop");
            ChatAnswer everything = api.send(WireRequests.everything());
            assertThat(everything.status()).as("%s", everything.body()).isEqualTo(200);
            assertThat(everything.finishReason()).isEqualTo("length");
            assertThat(everything.body().at("/choices/0/logprobs/content")).hasSize(8);
            ChatAnswer constrained = api.send(WireRequests.constrained());
            assertThat(constrained.content()).isIn(WireRequests.CHOICES);
            ChatAnswer broken = api.send(WireRequests.brokenAudio());
            assertThat(broken.status()).isEqualTo(400);
            assertThat(broken.errorCode()).isEqualTo("invalid_audio");
        }
    }

    private static Call call(TestCluster cluster, Call recorded) {
        Service service = Stream.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)
                .filter(candidate -> recorded.method().contains(grpcName(candidate)))
                .findFirst()
                .orElseThrow();
        try (WireClient client = new WireClient(cluster.process(service).port())) {
            return client.call(
                    recorded.method(),
                    recorded.sentByClient().stream()
                            .map(bytes -> WireMessages.requestFor(BUNDLE_ID, recorded.method(), bytes))
                            .toList());
        }
    }

    private static String grpcName(Service service) {
        return switch (service) {
            case VISION_ENCODER -> ".VisionEncoder/";
            case AUDIO_ENCODER -> ".AudioEncoder/";
            case DECODER -> ".Decoder/";
            case GATEWAY -> throw new IllegalArgumentException("a gateway has no gRPC");
        };
    }

    private static TestProcess gatewayOf(String backends) {
        return new TestProcess(
                Objects.requireNonNull(FreePorts.endpoints().get(Service.GATEWAY)),
                Repository.OUTPUT.resolve("logs/wire-replay/gateway.log"),
                Map.of(
                        "autoglm.bundle", TestCluster.bundle().toString(),
                        "autoglm.backends.vision-encoder", backends,
                        "autoglm.backends.audio-encoder", backends,
                        "autoglm.backends.decoder", backends));
    }

    /// What the server has said, but for signs of life, which come as time passes.
    private static List<Message> answers(Call call) {
        return call.sentByServer().stream()
                .map(bytes -> WireMessages.parse(call.method(), false, bytes))
                .filter(message -> !(message instanceof GenerateResponse answer && answer.hasProgress()))
                .toList();
    }

    private static String kind(Message message) {
        return switch (message) {
            case GenerateResponse answer -> answer.getMessageCase().name();
            case EncodeImageResponse answer -> answer.getMessageCase().name();
            case EncodeAudioResponse answer -> answer.getMessageCase().name();
            default -> message.getClass().getName();
        };
    }

    private static void requireSame(Message now, Message before) {
        switch (now) {
            case GenerateResponse answer -> requireSame(answer, (GenerateResponse) before);
            case EncodeImageResponse answer -> {
                assertThat(answer.getAccepted()).isEqualTo(((EncodeImageResponse) before).getAccepted());
                requireSame(answer.getRows(), ((EncodeImageResponse) before).getRows());
            }
            case EncodeAudioResponse answer -> {
                assertThat(answer.getAccepted()).isEqualTo(((EncodeAudioResponse) before).getAccepted());
                requireSame(answer.getRows(), ((EncodeAudioResponse) before).getRows());
            }
            default -> throw new AssertionError("an answer of an unknown kind: " + now);
        }
    }

    private static void requireSame(GenerateResponse now, GenerateResponse before) {
        GeneratedToken token = now.getToken();
        assertThat(token.getIndex()).isEqualTo(before.getToken().getIndex());
        assertThat(token.getTokenId()).isEqualTo(before.getToken().getTokenId());
        assertThat(token.hasLogprob()).isEqualTo(before.getToken().hasLogprob());
        assertThat(token.getLogprob()).isCloseTo(before.getToken().getLogprob(), within(TOLERANCE));
        assertThat(token.getTopLogprobsCount()).isEqualTo(before.getToken().getTopLogprobsCount());
        assertThat(asBefore(now.getFinished())).isEqualTo(asBefore(before.getFinished()));
    }

    /// Without what the older release did not tell, and without what a cache knew, which is not the same in two
    /// clusters.
    private static GenerationFinished asBefore(GenerationFinished finished) {
        return finished.toBuilder().clearStopTokenId().clearCachedTokenCount().build();
    }

    private static void requireSame(EmbeddingRows now, EmbeddingRows before) {
        assertThat(now.toBuilder().clearData().build())
                .isEqualTo(before.toBuilder().clearData().build());
        FloatBuffer values = floats(now);
        FloatBuffer expected = floats(before);
        assertThat(values.remaining()).isEqualTo(expected.remaining());
        while (values.hasRemaining()) {
            assertThat(values.get()).isCloseTo(expected.get(), within(TOLERANCE));
        }
    }

    private static FloatBuffer floats(EmbeddingRows rows) {
        return rows.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    private static String errorCode(Call call) {
        return WireMessages.parse(ErrorDetail.parser(), call.errorDetail()).getCode();
    }

    /// The numbers of fields that this release does not know, in a message and all that it contains.
    private static List<Integer> unknownFields(Message message) {
        UnknownFieldSet own = message.getUnknownFields();
        Stream<Integer> within = message.getAllFields().values().stream()
                .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
                .filter(Message.class::isInstance)
                .flatMap(part -> unknownFields((Message) part).stream());
        return Stream.concat(own.asMap().keySet().stream(), within).toList();
    }
}
