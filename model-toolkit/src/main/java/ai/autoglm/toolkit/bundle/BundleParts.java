package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of a bundle as engines load them, with the limits that a service's settings give their dimensions.
public final class BundleParts {
    /// Keys that attention reads are rounded up to a multiple of this, so that an engine sees few different shapes.
    public static final int KEY_BUCKET = 256;

    private final Bundle bundle;

    public BundleParts(Bundle bundle) {
        this.bundle = bundle;
    }

    /// decoder.onnx. Each slot has at least one row more than a sequence may have: padded rows of a run write to its
    /// last.
    public ModelPart decoder(DecoderLimits limits) {
        long rows = cacheRows(limits);
        return new ModelPart(
                ModelPart.Kind.DECODER,
                bundle.decoder(),
                bundle.manifest().bundleId(),
                Map.of(
                        "B",
                        (long) limits.slotCount(),
                        "S",
                        (long) limits.chunkRows(),
                        "K",
                        (long) Math.min(DecoderLimits.MAX_LOGITS_ROWS, limits.chunkRows()),
                        "T",
                        rows,
                        "S_max",
                        rows),
                limits.resumeSlots());
    }

    /// Layout of the decoder's KV cache.
    public CacheLayout decoderCache(DecoderLimits limits) {
        return decoderCache(
                bundle.manifest().decoder(), bundle.manifest().precision().kvType(), limits);
    }

    /// As [#decoderCache(DecoderLimits)], of a model without its bundle.
    public static CacheLayout decoderCache(DecoderSpec spec, ElementType kvType, DecoderLimits limits) {
        List<CacheTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < spec.layerCount(); layer++) {
            tensors.add(CacheTensor.keys(layer));
            tensors.add(CacheTensor.values(layer));
        }
        return new CacheLayout(
                tensors, kvType, limits.slotCount(), spec.kvHeadCount(), (int) cacheRows(limits), spec.headDimension());
    }

    /// fusion.onnx. A chunk without media writes one row past the valid ones, hence one more.
    public ModelPart fusion(DecoderLimits limits) {
        long rows = roundUp(limits.maxModelLength() + 1L);
        return part(
                ModelPart.Kind.FUSION,
                Map.of("S", (long) limits.chunkRows(), "M", (long) limits.chunkRows(), "T", rows, "M_max", rows));
    }

    /// vision-encoder.onnx, up to the largest picture that the model's own resizing lets through.
    ///
    /// @throws ServingException INVALID_BUNDLE when the bundle has no such part
    public ModelPart visionEncoder() {
        VisionSpec spec = require(bundle.manifest().vision(), ModelPart.Kind.VISION_ENCODER);
        long patches = spec.maxPixels() / ((long) spec.temporalPatchSize() * spec.patchSize() * spec.patchSize());
        return part(
                ModelPart.Kind.VISION_ENCODER,
                Map.of("N", patches, "M", patches / ((long) spec.mergeSize() * spec.mergeSize())));
    }

    /// audio-encoder.onnx, which has no dynamic dimension: one window is one run.
    ///
    /// @throws ServingException INVALID_BUNDLE when the bundle has no such part
    public ModelPart audioEncoder() {
        require(bundle.manifest().audio(), ModelPart.Kind.AUDIO_ENCODER);
        return part(ModelPart.Kind.AUDIO_ENCODER, Map.of());
    }

    private <T> T require(@Nullable T spec, ModelPart.Kind kind) {
        if (spec == null) {
            throw new ServingException(ErrorCode.INVALID_BUNDLE, bundle.directory() + " has no " + kind + ".");
        }
        return spec;
    }

    private ModelPart part(ModelPart.Kind kind, Map<String, Long> limits) {
        return new ModelPart(
                kind,
                switch (kind) {
                    case DECODER -> bundle.decoder();
                    case FUSION -> bundle.fusion();
                    case VISION_ENCODER -> bundle.visionEncoder();
                    case AUDIO_ENCODER -> bundle.audioEncoder();
                },
                bundle.manifest().bundleId(),
                limits);
    }

    /// A multiple of eight: then every slot of a cache begins at an address that any engine takes.
    private static long cacheRows(DecoderLimits limits) {
        return Math.ceilDiv(limits.maxModelLength() + 1L, 8) * 8;
    }

    private static long roundUp(long rows) {
        return Math.ceilDiv(rows, KEY_BUCKET) * KEY_BUCKET;
    }
}
