package ai.autoglm.vision.testing;

import ai.autoglm.proto.rows.RowValues;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.stream.Received;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.engine.ElementType;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One call to a vision encoder, as the gateway makes it.
public final class VisionClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHUNK_BYTES = 512 * 1024;

    private final ClientExchange<EncodeImageRequest, EncodeImageResponse> call;
    private double engineSeconds;

    public VisionClient(Channel channel) {
        this.call = ClientExchange.open(VisionEncoderGrpc.newStub(channel)::encode, "vision encoder", PATIENCE);
    }

    /// What announces `file` rightly.
    public static ImageAnnouncement.Builder announce(String bundleId, byte[] file, int tokenCount) {
        return ImageAnnouncement.newBuilder()
                .setBundleId(bundleId)
                .setRequestId("test")
                .setSha256(ByteString.copyFrom(Hashing.sha256().hashBytes(file).asBytes()))
                .setByteCount(file.length)
                .setTokenCount(tokenCount);
    }

    public VisionClient send(ImageAnnouncement.Builder announcement, byte[] file) {
        call.requests()
                .send(EncodeImageRequest.newBuilder().setImage(announcement).build());
        for (int start = 0; start < file.length; start += CHUNK_BYTES) {
            ByteString chunk = ByteString.copyFrom(file, start, Math.min(CHUNK_BYTES, file.length - start));
            call.requests().send(EncodeImageRequest.newBuilder().setChunk(chunk).build());
        }
        call.requests().complete();
        return this;
    }

    public ImageAccepted awaitAccepted() {
        return call.responses()
                .receive(PATIENCE)
                .map(EncodeImageResponse::getAccepted)
                .orElseThrow();
    }

    /// How many signs of life come within this time, and nothing else.
    public int countProgress(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        int count = 0;
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (call.responses().await(Duration.ofNanos(left))
                    instanceof Received.Message<EncodeImageResponse>(EncodeImageResponse message)) {
                if (!message.hasProgress()) {
                    throw new AssertionError("something else: " + message.getMessageCase());
                }
                count++;
            }
        }
        return count;
    }

    /// The values of all rows, and the end of the call.
    public float[] awaitRows(int tokenCount) {
        List<EmbeddingRows> rows = new ArrayList<>();
        for (int count = 0; count < tokenCount; count += rows.getLast().getRowCount()) {
            EncodeImageResponse message = call.responses().receive(PATIENCE).orElseThrow();
            rows.add(message.getRows());
            engineSeconds += message.getEngineSeconds();
        }
        if (call.responses().receive(PATIENCE).isPresent()) {
            throw new AssertionError("more than the rows");
        }
        return RowValues.of(rows, ElementType.FLOAT32);
    }

    /// The engine's time that came with the rows.
    public double engineSeconds() {
        return engineSeconds;
    }

    @Override
    public void close() {
        call.close();
    }
}
