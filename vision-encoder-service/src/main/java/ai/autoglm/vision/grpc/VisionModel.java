package ai.autoglm.vision.grpc;

import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.vision.encode.OnnxVisionEncoder;
import ai.autoglm.vision.encode.VisionEncoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// The vision part of a bundle, loaded.
///
/// @param hiddenSize width of a row
/// @param mergeSize side of the square of patches that becomes one token
record VisionModel(
        String bundleId,
        String engine,
        int hiddenSize,
        int mergeSize,
        ImagePreprocessor preprocessor,
        VisionEncoder encoder) {

    /// Opens a bundle and runs its tower once, so that the first request does not pay for it.
    ///
    /// @throws ServingException INVALID_BUNDLE when there is no bundle, or none with a vision tower
    static VisionModel open(Path directory, Engine engine, long maxPixels) {
        Bundle bundle = Bundle.open(directory);
        BundleManifest manifest = bundle.manifest();
        VisionSpec spec = manifest.vision();
        if (spec == null || !Files.isRegularFile(bundle.visionEncoder())) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE,
                    directory + " has no vision tower: compile it from a checkpoint that has one.");
        }
        int hiddenSize = manifest.decoder().hiddenSize();
        VisionModel model = new VisionModel(
                manifest.bundleId(),
                engine.name(),
                hiddenSize,
                spec.mergeSize(),
                new ImagePreprocessor(preprocessing(spec), limits(maxPixels)),
                new OnnxVisionEncoder(engine.open(bundle.visionEncoder()), spec, hiddenSize));
        model.warmUp();
        return model;
    }

    DescribeResponse describe() {
        return DescribeResponse.newBuilder()
                .setBundleId(bundleId)
                .setService("vision-encoder")
                .setEngine(engine)
                .setRowType(RowType.ROW_TYPE_FLOAT32)
                .setHiddenSize(hiddenSize)
                .build();
    }

    private void warmUp() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        encoder.encode(preprocessor.patches(png.toByteArray()));
    }

    private static ImagePreprocessing preprocessing(VisionSpec spec) {
        return new ImagePreprocessing(
                spec.minPixels(),
                spec.maxPixels(),
                spec.patchSize(),
                spec.temporalPatchSize(),
                spec.mergeSize(),
                spec.mean(),
                spec.standardDeviation());
    }

    private static ImageLimits limits(long maxPixels) {
        ImageLimits defaults = ImageLimits.DEFAULT;
        return new ImageLimits(maxPixels, defaults.maxSide(), defaults.minSide(), defaults.maxAspectRatio());
    }
}
