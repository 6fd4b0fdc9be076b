package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/// How one image travels to a vision encoder.
///
/// @param work in patches
record ImageProtocol(ImageAnnouncement image, long work)
        implements EncodeProtocol<EncodeImageRequest, EncodeImageResponse> {
    static ImageProtocol of(Medium.Image image, long patchCount, String bundleId, String requestId) {
        ImageAnnouncement announcement = ImageAnnouncement.newBuilder()
                .setBundleId(bundleId)
                .setRequestId(requestId)
                .setSha256(image.sha256())
                .setByteCount(image.bytes().size())
                .setTakesProgress(true)
                .setTokenCount(image.tokenCount())
                .build();
        return new ImageProtocol(announcement, patchCount);
    }

    @Override
    public BackendKind kind() {
        return BackendKind.VISION_ENCODER;
    }

    @Override
    public Function<StreamObserver<EncodeImageResponse>, StreamObserver<EncodeImageRequest>> encode(Channel channel) {
        return VisionEncoderGrpc.newStub(channel)::encode;
    }

    @Override
    public ByteString sha256() {
        return image.getSha256();
    }

    @Override
    public EncodeImageRequest announcement() {
        return EncodeImageRequest.newBuilder().setImage(image).build();
    }

    @Override
    public EncodeImageRequest chunk(ByteString bytes) {
        return EncodeImageRequest.newBuilder().setChunk(bytes).build();
    }

    @Override
    public boolean isProgress(EncodeImageResponse answer) {
        return answer.hasProgress();
    }

    @Override
    public Optional<Acceptance> acceptance(EncodeImageResponse answer) {
        if (!answer.hasAccepted() || answer.getAccepted().getTokenCount() != image.getTokenCount()) {
            return Optional.empty();
        }
        ImageAccepted accepted = answer.getAccepted();
        return Optional.of(
                new Acceptance.Image(accepted.getTokenCount(), accepted.getMergedRows(), accepted.getMergedColumns()));
    }

    @Override
    public Optional<EmbeddingRows> rows(EncodeImageResponse answer) {
        return answer.hasRows() ? Optional.of(answer.getRows()) : Optional.empty();
    }

    @Override
    public double engineSeconds(EncodeImageResponse answer) {
        return answer.getEngineSeconds();
    }
}
