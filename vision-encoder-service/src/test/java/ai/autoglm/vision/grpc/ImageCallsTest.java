package ai.autoglm.vision.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.backend.encode.EncodeCalls;
import ai.autoglm.backend.encode.EncodeMetrics;
import ai.autoglm.backend.encode.EncodeSettings;
import ai.autoglm.backend.encode.MediaUpload;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.vision.testing.FakeVisionEncoder;
import ai.autoglm.vision.testing.VisionClient;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The service over grpc-java's in-process transport, with a tower that runs only when the test permits.
class ImageCallsTest {
    private static final String BUNDLE = "bundle-a";
    private static final int TOKENS = 4;
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(3);
    private static final byte[] GREY = png(100, 56);
    private static final byte[] WHITE = png(255, 56);
    private static final byte[] LIGHT = png(200, 56);
    private static final byte[] BLACK = png(0, 56);

    private final FakeVisionEncoder encoder = new FakeVisionEncoder();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EncodeCalls<EncodeImageRequest, EncodeImageResponse, ImagePatches> calls = new EncodeCalls<>(
            new ImageEncoder(
                    DescribeResponse.newBuilder()
                            .setBundleId(BUNDLE)
                            .setService("vision-encoder")
                            .build(),
                    FakeVisionEncoder.MERGE_SIZE,
                    preprocessor(),
                    encoder),
            new MediaUpload("image", 100 * 1024, ErrorCode.IMAGE_FILE_TOO_LARGE),
            new EncodeSettings(
                    1, 1, 1, 1 << 20, Duration.ofSeconds(60), 1 << 30, 1 << 30, Duration.ofSeconds(60), STEP_TIMEOUT),
            new EncodeMetrics(registry, "vision-encoder", "phone"),
            Tracing.off());
    private final String name = InProcessServerBuilder.generateName();
    private final ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    private Server server =
            InProcessServerBuilder.forName(name).addService(new EncodeService()).build();

    @BeforeEach
    void start() throws IOException {
        server = server.start();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
        encoder.permit(1_000);
        calls.stop(Duration.ofSeconds(30));
    }

    @Test
    void acceptsBeforeItEncodesAndThenSendsRows() {
        try (VisionClient call = encode(GREY)) {
            ImageAccepted accepted = call.awaitAccepted();

            assertThat(accepted.getTokenCount()).isEqualTo(TOKENS);
            assertThat(accepted.getMergedRows() * accepted.getMergedColumns()).isEqualTo(TOKENS);
            assertThat(encoder.runCount()).isZero();
            encoder.permit(1);
            assertThat(rows(call)).containsOnly(100);
        }
    }

    @Test
    void givesSignsOfLifeForAsLongAsTheTowerMayRun() {
        try (VisionClient call = new VisionClient(channel).send(announce(GREY).setTakesProgress(true), GREY)) {
            call.awaitAccepted();

            assertThat(call.countProgress(STEP_TIMEOUT.plusSeconds(2))).isBetween(1, 3);
            assertThat(calls.describe().getState()).isEqualTo(DescribeResponse.State.STATE_STALLED);
            encoder.permit(1);
            assertThat(rows(call)).containsOnly(100);
        }
        assertThat(calls.describe().getState()).isEqualTo(DescribeResponse.State.STATE_SERVING);
    }

    @Test
    void anOlderClientGetsNoSignsOfLife() {
        try (VisionClient call = encode(GREY)) {
            call.awaitAccepted();

            assertThat(call.countProgress(Duration.ofMillis(1_500))).isZero();
            encoder.permit(1);
            assertThat(rows(call)).containsOnly(100);
        }
    }

    @Test
    void saysThatItIsAboutToEndAndGoesOn() {
        calls.drain();

        encoder.permit(1);
        assertThat(encodeGrey()).containsOnly(100);
        assertThat(calls.describe().getState()).isEqualTo(DescribeResponse.State.STATE_DRAINING);
        assertThat(calls.describe().getReportsProgress()).isTrue();
    }

    @Test
    void anImageThatComesAgainIsNotEncodedAgain() {
        encoder.permit(1);
        float[] first = encodeGrey();

        assertThat(encodeGrey()).isEqualTo(first);
        assertThat(encoder.runCount()).isEqualTo(1);
        assertThat(counted("vllm:mm_cache_queries_total")).isEqualTo(2);
        assertThat(counted("vllm:mm_cache_hits_total")).isEqualTo(1);
    }

    @Test
    void theSameImageTwiceAtOnceIsEncodedOnce() {
        try (VisionClient first = encode(GREY);
                VisionClient second = encode(GREY)) {
            first.awaitAccepted();
            second.awaitAccepted();
            encoder.permit(1);

            assertThat(rows(first)).isEqualTo(rows(second));
            assertThat(first.engineSeconds())
                    .as("both pay for the one run, to equal parts")
                    .isPositive()
                    .isEqualTo(second.engineSeconds());
            assertThat(2 * first.engineSeconds())
                    .isCloseTo(
                            registry.get("autoglm_encode_seconds").timer().totalTime(TimeUnit.SECONDS), within(1e-6));
        }
        assertThat(encoder.runCount()).isEqualTo(1);
    }

    @Test
    void whatIsKnownCostsNoEngineTime() {
        encoder.permit(1);
        encodeGrey();

        try (VisionClient again = encode(GREY)) {
            again.awaitAccepted();
            rows(again);

            assertThat(again.engineSeconds()).isZero();
        }
    }

    @Test
    void refusesAtOnceWhenTheQueueIsFull() {
        try (VisionClient running = encode(GREY)) {
            encoder.awaitRun();
            try (VisionClient waiting = encode(WHITE)) {
                waiting.awaitAccepted();

                assertRefused(LIGHT, announce(LIGHT), ErrorCode.OVERLOADED, "full: 1 are waiting");
                encoder.permit(2);
                running.awaitAccepted();
                assertThat(rows(running)).containsOnly(100);
                assertThat(rows(waiting)).containsOnly(255);
            }
        }
    }

    @Test
    void aCancelledCallFreesItsPlaceInTheQueue() {
        try (VisionClient running = encode(GREY)) {
            encoder.awaitRun();
            VisionClient cancelled = encode(WHITE);
            cancelled.awaitAccepted();
            cancelled.close();
            awaitQueueDepth(0);

            try (VisionClient next = encode(LIGHT)) {
                next.awaitAccepted();
                encoder.permit(2);
                assertThat(rows(next)).containsOnly(200);
            }
            running.awaitAccepted();
        }
        assertThat(encoder.runCount()).isEqualTo(2);
    }

    @Test
    void aServerThatStopsFinishesWhatItHasAccepted() {
        try (VisionClient running = encode(GREY)) {
            running.awaitAccepted();
            Thread stopping = Thread.ofPlatform().start(() -> calls.stop(Duration.ofSeconds(30)));
            while (stopping.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }

            assertRefused(WHITE, announce(WHITE), ErrorCode.OVERLOADED, "stopping");
            encoder.permit(1);
            assertThat(rows(running)).containsOnly(100);
        }
    }

    @Test
    void anEngineFailureEndsOnlyItsOwnRequest() {
        encoder.permit(2);
        try (VisionClient failing = encode(BLACK)) {
            failing.awaitAccepted();

            assertThatThrownBy(() -> rows(failing))
                    .hasMessage("The server had an internal error.")
                    .extracting(ImageCallsTest::code)
                    .isEqualTo(ErrorCode.INTERNAL);
        }
        assertThat(encodeGrey()).containsOnly(100);
    }

    @Test
    void refusesWhatIsNotTheImageAnnounced() {
        assertRefused(GREY, announce(WHITE).setByteCount(GREY.length), ErrorCode.INTERNAL, "SHA-256");
        assertRefused(GREY, announce(GREY).setTokenCount(5), ErrorCode.INTERNAL, "4 tokens, not the 5 announced");
        assertRefused(GREY, announce(GREY).setBundleId("bundle-b"), ErrorCode.BUNDLE_MISMATCH, "not bundle-b");
    }

    @Test
    void errorsOfTheImageReachTheClient() {
        byte[] damaged = Arrays.copyOf(GREY, GREY.length - 20);
        byte[] small = png(100, 3);
        byte[] large = new byte[100 * 1024 + 1];

        assertRefused(damaged, announce(damaged), ErrorCode.IMAGE_PARSE_ERROR, "damaged");
        assertRefused(small, announce(small), ErrorCode.IMAGE_TOO_SMALL, "3 x 3 pixels");
        assertRefused(new byte[0], announce(new byte[0]), ErrorCode.EMPTY_IMAGE_FILE, "empty");
        assertRefused(large, announce(large), ErrorCode.IMAGE_FILE_TOO_LARGE, "at most 102400");
        awaitCount("image_too_small");
    }

    /// Outcomes are counted after the client has its answer.
    private void awaitCount(String outcome) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (requests(outcome).count() < 1 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(requests(outcome).count()).isEqualTo(1);
    }

    private final class EncodeService extends VisionEncoderGrpc.VisionEncoderImplBase {
        @Override
        public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
            return calls.encode(responses);
        }
    }

    private void assertRefused(byte[] file, ImageAnnouncement.Builder announcement, ErrorCode code, String message) {
        try (VisionClient call = new VisionClient(channel)) {
            // An early refusal may reach the sender already.
            assertThatThrownBy(() -> call.send(announcement, file).awaitAccepted())
                    .hasMessageContaining(message)
                    .extracting(ImageCallsTest::code)
                    .isEqualTo(code);
        }
    }

    private VisionClient encode(byte[] file) {
        return new VisionClient(channel).send(announce(file), file);
    }

    private float[] encodeGrey() {
        try (VisionClient call = encode(GREY)) {
            call.awaitAccepted();
            return rows(call);
        }
    }

    private Counter requests(String outcome) {
        return registry.counter("autoglm_encoder_requests_total", "encoder", "vision-encoder", "outcome", outcome);
    }

    private double counted(String name) {
        return registry.get(name).counter().count();
    }

    private void awaitQueueDepth(int depth) {
        while (registry.get("autoglm_encoder_queue_requests").gauge().value() != depth) {
            Thread.onSpinWait();
        }
    }

    private static float[] rows(VisionClient call) {
        return call.awaitRows(TOKENS);
    }

    private static ImageAnnouncement.Builder announce(byte[] file) {
        return VisionClient.announce(BUNDLE, file, TOKENS);
    }

    private static ErrorCode code(Throwable error) {
        return ((ServingException) error).code();
    }

    private static ImagePreprocessor preprocessor() {
        List<Float> ones = List.of(1f, 1f, 1f);
        return new ImagePreprocessor(
                new ImagePreprocessing(28 * 28, 10_000_000, 14, 2, 2, ones, ones), ImageLimits.DEFAULT);
    }

    private static byte[] png(int level, int side) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(level, level, level));
        graphics.fillRect(0, 0, side, side);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
