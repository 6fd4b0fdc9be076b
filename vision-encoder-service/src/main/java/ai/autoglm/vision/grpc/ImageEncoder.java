package ai.autoglm.vision.grpc;

import ai.autoglm.backend.encode.Acceptance;
import ai.autoglm.backend.encode.Announcement;
import ai.autoglm.backend.encode.DecodedMedia;
import ai.autoglm.backend.encode.MediaEncoder;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.rows.RowTypes;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.EncodeProgress;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.toolkit.position.PatchGrid;
import ai.autoglm.vision.encode.OnnxVisionEncoder;
import ai.autoglm.vision.encode.VisionEncoder;
import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.imageio.ImageIO;

/// The vision part of a bundle, loaded: image files to patches to rows, in the wire's words. Owns the
/// tower.
final class ImageEncoder implements MediaEncoder<EncodeImageRequest, EncodeImageResponse, ImagePatches> {
    private final DescribeResponse description;
    private final int mergeSize;
    private final ImagePreprocessor preprocessor;
    private final VisionEncoder tower;

    /// @param mergeSize side of the square of patches that becomes one token
    ImageEncoder(DescribeResponse description, int mergeSize, ImagePreprocessor preprocessor, VisionEncoder tower) {
        this.description = description;
        this.mergeSize = mergeSize;
        this.preprocessor = preprocessor;
        this.tower = tower;
    }

    /// Opens a bundle and runs its tower once, so that the first request does not pay for it.
    ///
    /// @throws ServingException INVALID_BUNDLE when there is no bundle, or none with a vision tower
    static ImageEncoder open(Path directory, Engine engine, long maxPixels) {
        Bundle bundle = Bundle.open(directory);
        bundle.requireFor(engine, ModelPart.Kind.VISION_ENCODER);
        VisionSpec spec = bundle.manifest().vision();
        if (spec == null || !Files.isRegularFile(bundle.visionEncoder())) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE,
                    directory + " has no vision tower: compile it from a checkpoint that has one.");
        }
        int hiddenSize = bundle.manifest().decoder().hiddenSize();
        ImageEncoder encoder = new ImageEncoder(
                describe(bundle.manifest(), engine),
                spec.mergeSize(),
                new ImagePreprocessor(ImagePreprocessing.of(spec), limits(maxPixels)),
                new OnnxVisionEncoder(
                        engine.open(new BundleParts(bundle).visionEncoder()),
                        spec,
                        hiddenSize,
                        bundle.manifest().precision().rowType()));
        encoder.warmUp();
        return encoder;
    }

    @Override
    public DescribeResponse describe() {
        return description;
    }

    @Override
    public Optional<Announcement> announcement(EncodeImageRequest request) {
        if (!request.hasImage()) {
            return Optional.empty();
        }
        ImageAnnouncement image = request.getImage();
        return Optional.of(new Announcement(
                image.getBundleId(),
                image.getRequestId(),
                image.getSha256(),
                image.getByteCount(),
                image.getTokenCount(),
                image.getTakesProgress()));
    }

    @Override
    public ByteString chunk(EncodeImageRequest request) {
        return request.getChunk();
    }

    @Override
    public EncodeImageResponse progress() {
        return EncodeImageResponse.newBuilder()
                .setProgress(EncodeProgress.getDefaultInstance())
                .build();
    }

    @Override
    public EncodeImageResponse rows(EmbeddingRows rows, Duration engineTime) {
        return EncodeImageResponse.newBuilder()
                .setRows(rows)
                .setEngineSeconds(engineTime.toNanos() / 1e9)
                .build();
    }

    @Override
    public long workingBytes(byte[] file) {
        return preprocessor.workingBytes(file);
    }

    @Override
    public long bytes(ImagePatches patches) {
        return patches.levels().capacity();
    }

    @Override
    public DecodedMedia<EncodeImageResponse, ImagePatches> decode(byte[] file, Deadline deadline) {
        ImagePatches patches = preprocessor.patches(file, deadline);
        PatchGrid grid = patches.grid();
        int tokenCount = grid.tokenCount();
        EncodeImageResponse accepted = EncodeImageResponse.newBuilder()
                .setAccepted(ImageAccepted.newBuilder()
                        .setTokenCount(tokenCount)
                        .setMergedRows(grid.rows() / mergeSize)
                        .setMergedColumns(grid.columns() / mergeSize))
                .build();
        return new DecodedMedia<>(new Acceptance<>(tokenCount, accepted), patches);
    }

    @Override
    public Embeddings encode(ImagePatches patches) {
        return tower.encode(patches);
    }

    @Override
    public void close() {
        tower.close();
    }

    private void warmUp() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        encode(decode(png.toByteArray(), Deadline.NONE).input());
    }

    private static DescribeResponse describe(BundleManifest manifest, Engine engine) {
        return DescribeResponse.newBuilder()
                .setBundleId(manifest.bundleId())
                .setService("vision-encoder")
                .setEngine(engine.name())
                .setRowType(RowTypes.of(manifest.precision().rowType()))
                .setHiddenSize(manifest.decoder().hiddenSize())
                .build();
    }

    private static ImageLimits limits(long maxPixels) {
        ImageLimits defaults = ImageLimits.DEFAULT;
        return new ImageLimits(maxPixels, defaults.maxSide(), defaults.minSide(), defaults.maxAspectRatio());
    }
}
