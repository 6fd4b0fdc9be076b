package ai.autoglm.backend.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long media are decoded, and in how much memory, over grpc-java's in-process transport. The first byte
/// of a file says how the fake decoder treats it.
class DecodeBoundsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte QUICK = 0;
    /// Decodes until its deadline has passed.
    private static final byte ENDLESS = 1;
    /// Decodes until the test permits it to end.
    private static final byte PERMITTED = 2;

    private final BlockingQueue<ErrorCode> stopped = new LinkedBlockingQueue<>();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger decoding = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private long workingBytes = 1024;
    private long decodedBytes = 1024;
    private Optional<EncodeCalls<EncodeImageRequest, EncodeImageResponse, byte[]>> calls = Optional.empty();
    private Optional<Server> server = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();

    @AfterEach
    void stop() {
        permits.release(1_000);
        channel.ifPresent(ManagedChannel::shutdownNow);
        server.ifPresent(Server::shutdownNow);
        calls.ifPresent(serving -> serving.stop(LONG));
    }

    @Test
    void decodingThatTakesTooLongIsATimeout() {
        serve(settings(Duration.ofMillis(20), 1 << 20, 1 << 20));

        assertThatThrownBy(() -> answer(ENDLESS))
                .hasMessage("Decoding the image took longer than 20 ms.")
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        answer(QUICK);
    }

    @Test
    void aClientThatLeavesStopsTheDecoding() throws InterruptedException {
        serve(settings(LONG, 1 << 20, 1 << 20));
        var call = open(ENDLESS, 10, LONG);
        begun.acquire();

        call.close();

        assertThat(stopped.poll(60, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    @Test
    void theDeadlineOfACallStopsTheDecoding() throws InterruptedException {
        serve(settings(LONG, 1 << 20, 1 << 20));
        var _ = open(ENDLESS, 10, Duration.ofMillis(200));

        assertThat(stopped.poll(60, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    @Test
    void aFileThatTakesMoreMemoryThanThereIsIsRefused() {
        workingBytes = 10_241;
        serve(settings(LONG, 10_240, 1 << 20));

        assertThatThrownBy(() -> answer(QUICK))
                .hasMessage("Decoding the image takes up to 10241 bytes of memory; this server has 10240 for it.")
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_FILE_TOO_LARGE));
    }

    @Test
    void filesAreDecodedOneAfterTheOtherWhereMemoryIsShort() throws InterruptedException {
        workingBytes = 6 * 1024;
        serve(settings(LONG, 10 * 1024, 1 << 20));
        try (var first = open(PERMITTED, 10, LONG);
                var second = open(PERMITTED, 11, LONG)) {
            begun.acquire();
            permits.release(2);

            assertThat(first.responses().receive(LONG)).isPresent();
            assertThat(second.responses().receive(LONG)).isPresent();
        }
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void filesOfAllCallsTogetherAreBounded() throws InterruptedException {
        serve(settings(LONG, 1 << 20, 100 * 1024));
        try (var first = open(PERMITTED, 60 * 1024, LONG)) {
            begun.acquire();

            assertThatThrownBy(() -> answer(QUICK, 41 * 1024))
                    .hasMessageStartingWith("Holding image files of all requests");
            permits.release();
            assertThat(first.responses().receive(LONG)).isPresent();
        }
        answer(QUICK, 41 * 1024);
    }

    private static EncodeSettings settings(Duration decodeTimeout, long decodeBytes, long mediaBytes) {
        return new EncodeSettings(2, 8, 8, 0, decodeTimeout, decodeBytes, mediaBytes, LONG, LONG);
    }

    private void serve(EncodeSettings settings) {
        var serving = new EncodeCalls<>(
                new FakeEncoder(),
                new MediaUpload("image", 1 << 20, ErrorCode.IMAGE_FILE_TOO_LARGE),
                settings,
                new EncodeMetrics(new SimpleMeterRegistry(), "vision-encoder", "phone"),
                Tracing.off());
        calls = Optional.of(serving);
        String name = InProcessServerBuilder.generateName();
        Server started = InProcessServerBuilder.forName(name)
                .addService(new VisionEncoderGrpc.VisionEncoderImplBase() {
                    @Override
                    public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
                        return serving.encode(responses);
                    }
                })
                .build();
        try {
            server = Optional.of(started.start());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        channel = Optional.of(InProcessChannelBuilder.forName(name).build());
    }

    private void answer(byte kind) {
        answer(kind, 10);
    }

    private void answer(byte kind, int size) {
        try (var call = open(kind, size, LONG)) {
            assertThat(call.responses().receive(LONG)).isPresent();
        }
    }

    /// @param size of the file in bytes, which tells files of a kind apart
    private ClientExchange<EncodeImageRequest, EncodeImageResponse> open(byte kind, int size, Duration deadline) {
        byte[] file = new byte[size];
        file[0] = kind;
        VisionEncoderGrpc.VisionEncoderStub stub = VisionEncoderGrpc.newStub(channel.orElseThrow())
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
        var call = ClientExchange.<EncodeImageRequest, EncodeImageResponse>open(stub::encode, "vision encoder", LONG);
        call.requests()
                .send(EncodeImageRequest.newBuilder()
                        .setImage(ImageAnnouncement.newBuilder()
                                .setRequestId("test")
                                .setSha256(ByteString.copyFrom(Sha256.begin().digest(file)))
                                .setByteCount(size)
                                .setTokenCount(1))
                        .build());
        call.requests()
                .send(EncodeImageRequest.newBuilder()
                        .setChunk(ByteString.copyFrom(file))
                        .build());
        call.requests().complete();
        return call;
    }

    private final class FakeEncoder implements MediaEncoder<EncodeImageRequest, EncodeImageResponse, byte[]> {
        @Override
        public DescribeResponse describe() {
            return DescribeResponse.newBuilder().setService("vision-encoder").build();
        }

        @Override
        public Optional<Announcement> announcement(EncodeImageRequest request) {
            ImageAnnouncement image = request.getImage();
            return Optional.of(
                    new Announcement("", image.getRequestId(), image.getSha256(), image.getByteCount(), 1, false));
        }

        @Override
        public ByteString chunk(EncodeImageRequest request) {
            return request.getChunk();
        }

        @Override
        public EncodeImageResponse rows(EmbeddingRows rows, Duration engineTime) {
            return EncodeImageResponse.newBuilder().setRows(rows).build();
        }

        @Override
        public EncodeImageResponse progress() {
            throw new AssertionError("nobody here understands signs of life");
        }

        @Override
        public long workingBytes(byte[] file) {
            return workingBytes;
        }

        @Override
        public long bytes(byte[] input) {
            return decodedBytes;
        }

        @Override
        public DecodedMedia<EncodeImageResponse, byte[]> decode(byte[] file, Deadline deadline) {
            mostAtOnce.accumulateAndGet(decoding.incrementAndGet(), Math::max);
            begun.release();
            try {
                while (file[0] == ENDLESS) {
                    deadline.check();
                    Thread.onSpinWait();
                }
                if (file[0] == PERMITTED) {
                    permits.acquireUninterruptibly();
                }
            } catch (ServingException e) {
                stopped.add(e.code());
                throw e;
            } finally {
                decoding.decrementAndGet();
            }
            EncodeImageResponse accepted = EncodeImageResponse.newBuilder()
                    .setAccepted(ImageAccepted.newBuilder().setTokenCount(1))
                    .build();
            return new DecodedMedia<>(new Acceptance<>(1, accepted), file);
        }

        @Override
        public Embeddings encode(byte[] input) {
            try (Arena arena = Arena.ofConfined()) {
                return Embeddings.of(Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, 1)), ElementType.FLOAT32);
            }
        }

        @Override
        public void close() {}
    }
}
