package ai.autoglm.gateway.testing;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.AudioAccepted;
import ai.autoglm.proto.v1.AudioAnnouncement;
import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A vision or audio encoder. It accepts every medium and sends its rows one by one, unless a test says
/// otherwise. All rows are zeros.
public final class FakeEncoder {
    public static final int AUDIO_TOKEN_COUNT = 7;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakeServer server;
    private final FakeDescription description;
    private final List<ByteString> received = new CopyOnWriteArrayList<>();
    private final Set<String> announcedBundles = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sentRows = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private volatile @Nullable ServingException refusal;
    private volatile @Nullable ServingException failureBetweenRows;
    private volatile Runnable beforeUpload = () -> {};
    private volatile Runnable beforeAcceptance = () -> {};
    private volatile IntConsumer beforeRow = _ -> {};
    private volatile int audioTokenCount = AUDIO_TOKEN_COUNT;
    private volatile int valuesPerRow = FakeServer.WIDTH;
    private volatile double engineSeconds;

    private FakeEncoder(String serviceName, boolean vision) {
        this.description = new FakeDescription(serviceName);
        this.server = new FakeServer(vision ? new Vision() : new Audio());
    }

    public static FakeEncoder vision() {
        return new FakeEncoder("vision-encoder", true);
    }

    public static FakeEncoder audio() {
        return new FakeEncoder("audio-encoder", false);
    }

    /// What it says of itself.
    public FakeDescription description() {
        return description;
    }

    /// As a list of backends has it.
    public String address() {
        return "127.0.0.1:" + port();
    }

    public int port() {
        return server.port();
    }

    public void start() {
        server.start();
    }

    public void stop() {
        server.stop();
    }

    /// Answers media with this error instead of accepting them.
    public void refuse(ServingException error) {
        refusal = error;
    }

    /// Ends every stream of rows with this error after its first row.
    public void failBetweenRows(ServingException error) {
        failureBetweenRows = error;
    }

    /// Does this before it reads a medium's bytes.
    public void beforeUpload(Runnable action) {
        beforeUpload = action;
    }

    /// Does this when a medium has arrived.
    public void beforeAcceptance(Runnable action) {
        beforeAcceptance = action;
    }

    /// Does this before each row, whose number it takes.
    public void beforeRow(IntConsumer action) {
        beforeRow = action;
    }

    public void countAudioTokens(int count) {
        audioTokenCount = count;
    }

    /// Makes rows so wide that few of them fit into the buffers of a connection.
    public void sendWideRows(int valueCount) {
        valuesPerRow = valueCount;
    }

    /// To which bundles the media belonged.
    public Set<String> announcedBundles() {
        return Set.copyOf(announcedBundles);
    }

    /// Tells with the last rows of each medium that it has cost so much.
    public void cost(double seconds) {
        engineSeconds = seconds;
    }

    /// The bytes of each medium, in the order of their arrival.
    public List<ByteString> received() {
        return received;
    }

    public int sentRowCount() {
        return sentRows.get();
    }

    /// Calls that the gateway gave up.
    public int cancelledCount() {
        return cancelled.get();
    }

    public void reset() {
        description.reset();
        refusal = null;
        beforeUpload = () -> {};
        beforeAcceptance = () -> {};
        beforeRow = _ -> {};
        failureBetweenRows = null;
        valuesPerRow = FakeServer.WIDTH;
        audioTokenCount = AUDIO_TOKEN_COUNT;
        engineSeconds = 0;
        received.clear();
        announcedBundles.clear();
        sentRows.set(0);
        cancelled.set(0);
    }

    private void sendRows(int count, IntConsumer row) {
        for (int index = 0; index < count; index++) {
            beforeRow.accept(index);
            row.accept(index);
            sentRows.incrementAndGet();
            ServingException failure = failureBetweenRows;
            if (failure != null) {
                throw failure;
            }
        }
    }

    private EmbeddingRows row(int index) {
        return EmbeddingRows.newBuilder()
                .setRowType(RowType.ROW_TYPE_FLOAT32)
                .setFirstRow(index)
                .setRowCount(1)
                .setWidth(valuesPerRow)
                .setData(ByteString.copyFrom(new byte[valuesPerRow * Float.BYTES]))
                .build();
    }

    private void requireWhole(ByteString bytes, long announced) {
        if (bytes.size() != announced) {
            throw new AssertionError("announced " + announced + " bytes, sent " + bytes.size());
        }
        received.add(bytes);
        beforeAcceptance.run();
        ServingException error = refusal;
        if (error != null) {
            throw error;
        }
    }

    private <Q, A> StreamObserver<Q> serve(StreamObserver<A> responses, Answer<Q, A> answer) {
        ServerExchange<Q, A> call = ServerExchange.open(responses, PATIENCE);
        call.responses().whenBroken(cancelled::incrementAndGet);
        Thread.ofVirtual().start(() -> {
            try {
                answer.to(call);
                call.responses().complete();
            } catch (ServingException e) {
                call.responses().fail(WireErrors.toStatus(e));
            }
        });
        return call.observer();
    }

    private interface Answer<Q, A> {
        void to(ServerExchange<Q, A> call);
    }

    private final class Vision extends VisionEncoderGrpc.VisionEncoderImplBase {
        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> responses) {
            description.answer(responses);
        }

        @Override
        public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
            return serve(responses, call -> {
                ImageAnnouncement image =
                        call.requests().receive(PATIENCE).orElseThrow().getImage();
                beforeUpload.run();
                ByteString bytes = ByteString.EMPTY;
                Optional<EncodeImageRequest> next = call.requests().receive(PATIENCE);
                while (next.isPresent()) {
                    bytes = bytes.concat(next.get().getChunk());
                    next = call.requests().receive(PATIENCE);
                }
                announcedBundles.add(image.getBundleId());
                requireWhole(bytes, image.getByteCount());
                int count = image.getTokenCount();
                call.responses()
                        .send(EncodeImageResponse.newBuilder()
                                .setAccepted(ImageAccepted.newBuilder()
                                        .setTokenCount(count)
                                        .setMergedRows(1)
                                        .setMergedColumns(count))
                                .build());
                sendRows(
                        count,
                        index -> call.responses()
                                .send(EncodeImageResponse.newBuilder()
                                        .setRows(row(index))
                                        .setEngineSeconds(index == count - 1 ? engineSeconds : 0)
                                        .build()));
            });
        }
    }

    private final class Audio extends AudioEncoderGrpc.AudioEncoderImplBase {
        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> responses) {
            description.answer(responses);
        }

        @Override
        public StreamObserver<EncodeAudioRequest> encode(StreamObserver<EncodeAudioResponse> responses) {
            return serve(responses, call -> {
                AudioAnnouncement audio =
                        call.requests().receive(PATIENCE).orElseThrow().getAudio();
                ByteString bytes = ByteString.EMPTY;
                Optional<EncodeAudioRequest> next = call.requests().receive(PATIENCE);
                while (next.isPresent()) {
                    bytes = bytes.concat(next.get().getChunk());
                    next = call.requests().receive(PATIENCE);
                }
                announcedBundles.add(audio.getBundleId());
                requireWhole(bytes, audio.getByteCount());
                call.responses()
                        .send(EncodeAudioResponse.newBuilder()
                                .setAccepted(AudioAccepted.newBuilder()
                                        .setTokenCount(audioTokenCount)
                                        .setDurationSeconds(1))
                                .build());
                sendRows(
                        audioTokenCount,
                        index -> call.responses()
                                .send(EncodeAudioResponse.newBuilder()
                                        .setRows(row(index))
                                        .setEngineSeconds(index == audioTokenCount - 1 ? engineSeconds : 0)
                                        .build()));
            });
        }
    }
}
