package ai.autoglm.vision.grpc;

import ai.autoglm.proto.encode.EncodeLog;
import ai.autoglm.proto.encode.EncodeStage;
import ai.autoglm.proto.encode.MediaUpload;
import ai.autoglm.proto.encode.WorkQueue;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.stream.CallThreads;
import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.image.PatchGrid;
import ai.autoglm.vision.encode.EncodedImage;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The vision encoder's calls; `encode(call, log)` tells the story of one. Owns the model.
final class VisionEncoderService extends VisionEncoderGrpc.VisionEncoderImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(VisionEncoderService.class);

    private final VisionModel model;
    private final DescribeResponse description;
    private final int mergeSize;
    private final Duration patience;
    private final VisionEncoderMetrics metrics;
    private final CallThreads calls;
    private final MediaUpload upload;
    private final WorkQueue<ByteString, byte[], ImagePatches> decoding;
    private final EncodeStage<ImagePatches, EncodedImage> encoding;

    VisionEncoderService(VisionModel model, VisionEncoderConfig config, VisionEncoderMetrics metrics) {
        this.model = model;
        this.description = model.describe();
        this.mergeSize = model.mergeSize();
        this.patience = config.idleTimeout();
        this.metrics = metrics;
        this.calls = new CallThreads(patience);
        this.upload = new MediaUpload("image", config.maxImageSize().asLongValue(), ErrorCode.IMAGE_FILE_TOO_LARGE);
        this.decoding = new WorkQueue<>(
                "image decoder",
                config.decodeThreads(),
                config.decodeQueueCapacity(),
                (sha256, file) -> model.preprocessor().patches(file));
        this.encoding = new EncodeStage<>(
                "vision encoder",
                config.queueCapacity(),
                config.cacheSize().asLongValue(),
                patches -> metrics.timeEncode(
                        () -> new EncodedImage(patches.grid(), model.encoder().encode(patches))));
        metrics.watchQueue(encoding::queueDepth);
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
        response.onNext(description);
        response.onCompleted();
    }

    @Override
    public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
        return calls.answer(responses, this::answer);
    }

    /// Lets the calls under way finish within `grace`, then closes the model.
    void stop(Duration grace) {
        calls.drain(grace);
        decoding.close();
        encoding.close();
        model.encoder().close();
    }

    private void answer(ServerExchange<EncodeImageRequest, EncodeImageResponse> call) {
        EncodeLog log = new EncodeLog(LOG);
        try {
            encode(call, log);
            call.responses().complete();
            log.succeeded();
            metrics.finished("ok");
        } catch (RuntimeException | Error failure) {
            call.responses().fail(failure);
            metrics.finished(log.failed(failure).wireName());
        }
    }

    private void encode(ServerExchange<EncodeImageRequest, EncodeImageResponse> call, EncodeLog log) {
        ImageAnnouncement image = announcement(call);
        log.requestId(image.getRequestId());
        requireBundle(image.getBundleId());
        byte[] file = upload.receive(image.getByteCount(), image.getSha256(), () -> chunk(call));
        log.stageDone("receive");
        Optional<EncodedImage> known = encoding.find(image.getSha256());
        metrics.cacheLookup(known.isPresent());
        if (known.isPresent()) {
            accept(call, image, known.get().grid());
            send(call, known.get().rows());
        } else {
            ImagePatches patches = decode(call, image.getSha256(), file);
            metrics.decoded(log.stageDone("decode"));
            // The place in the queue comes first: once an image is accepted, it will be encoded.
            try (var place = encoding.submit(image.getSha256(), patches)) {
                call.responses().whenBroken(place::close);
                accept(call, image, patches.grid());
                Embeddings rows = place.await().rows();
                log.stageDone("encode");
                send(call, rows);
            }
        }
        log.stageDone("send");
        log.tokenCount(image.getTokenCount());
    }

    private ImageAnnouncement announcement(ServerExchange<EncodeImageRequest, EncodeImageResponse> call) {
        return call.requests()
                .receive(patience)
                .filter(EncodeImageRequest::hasImage)
                .map(EncodeImageRequest::getImage)
                .orElseThrow(() -> new ServingException(ErrorCode.INTERNAL, "A call begins with an announcement."));
    }

    private void requireBundle(String bundleId) {
        if (!bundleId.equals(description.getBundleId())) {
            throw new ServingException(
                    ErrorCode.BUNDLE_MISMATCH,
                    "The vision encoder serves bundle " + description.getBundleId() + ", not " + bundleId + ".");
        }
    }

    private Optional<ByteString> chunk(ServerExchange<EncodeImageRequest, EncodeImageResponse> call) {
        return call.requests().receive(patience).map(EncodeImageRequest::getChunk);
    }

    private ImagePatches decode(
            ServerExchange<EncodeImageRequest, EncodeImageResponse> call, ByteString sha256, byte[] file) {
        try (var place = decoding.submit(sha256, file)) {
            call.responses().whenBroken(place::close);
            return place.await();
        }
    }

    private void accept(
            ServerExchange<EncodeImageRequest, EncodeImageResponse> call, ImageAnnouncement image, PatchGrid grid) {
        int tokenCount = grid.tokenCount(mergeSize);
        if (tokenCount != image.getTokenCount()) {
            throw new ServingException(
                    ErrorCode.INTERNAL,
                    "The image has " + tokenCount + " tokens, not the "
                            + Integer.toUnsignedString(image.getTokenCount()) + " announced.");
        }
        call.responses()
                .send(EncodeImageResponse.newBuilder()
                        .setAccepted(ImageAccepted.newBuilder()
                                .setTokenCount(tokenCount)
                                .setMergedRows(grid.rows() / mergeSize)
                                .setMergedColumns(grid.columns() / mergeSize))
                        .build());
    }

    private static void send(ServerExchange<EncodeImageRequest, EncodeImageResponse> call, Embeddings rows) {
        for (EmbeddingRows message : rows.messages()) {
            call.responses()
                    .send(EncodeImageResponse.newBuilder().setRows(message).build());
        }
    }
}
