package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The optimisation profiles of each part, from its graph's named dimensions and their limits.
///
/// The decoder has two: prefill takes up to a chunk of one sequence, decode one row of several. Each dimension of a
/// profile has one range wherever it occurs, so that all shapes of an input agree in each of the three.
final class Profiles {
    /// Rows of the cache's own dimensions: part of the network, see [ai.autoglm.tensorrt.rules.FixedExtents].
    private static final List<String> FIXED = List.of("S_max", "M_max");

    private static final long USUAL_KEYS = 4096;
    private static final long USUAL_BATCH = 8;
    private static final long MERGED_PATCHES = 4;

    private Profiles() {}

    private record Limits(long min, long opt, long max) {
        static Limits upTo(long max, long usual) {
            return new Limits(1, Math.min(usual, max), max);
        }
    }

    /// Sizes of the dimensions that a network of this part has for good.
    static Map<String, Long> fixedExtents(ModelPart part) {
        Map<String, Long> fixed = new HashMap<>(part.limits());
        fixed.keySet().retainAll(FIXED);
        return fixed;
    }

    /// @param model with those dimensions fixed
    /// @return at least one, in the order in which sessions count them
    static List<Profile> of(ModelPart part, ModelProto model) {
        return switch (part.kind()) {
            case DECODER ->
                List.of(
                        profile(
                                "prefill",
                                model,
                                Map.of(
                                        "B",
                                        Limits.upTo(1, 1),
                                        "S",
                                        Limits.upTo(part.limit("S"), part.limit("S")),
                                        "K",
                                        Limits.upTo(part.limit("K"), 1),
                                        "T",
                                        Limits.upTo(part.limit("T"), USUAL_KEYS))),
                        profile(
                                "decode",
                                model,
                                Map.of(
                                        "B",
                                        Limits.upTo(part.limit("B"), USUAL_BATCH),
                                        "S",
                                        Limits.upTo(1, 1),
                                        "K",
                                        Limits.upTo(1, 1),
                                        "T",
                                        Limits.upTo(part.limit("T"), USUAL_KEYS))));
            case FUSION ->
                List.of(profile(
                        "chunk",
                        model,
                        Map.of(
                                "S",
                                Limits.upTo(part.limit("S"), part.limit("S")),
                                "M",
                                Limits.upTo(part.limit("M"), part.limit("M")),
                                "T",
                                Limits.upTo(part.limit("T"), USUAL_KEYS))));
            case VISION_ENCODER -> List.of(profile("image", model, Map.of("N", patches(part.limit("N")))));
            case AUDIO_ENCODER -> List.of(profile("window", model, Map.of()));
        };
    }

    /// Patches come in groups that are merged; a screenshot has about half of the most there can be.
    private static Limits patches(long most) {
        long max = most / MERGED_PATCHES * MERGED_PATCHES;
        return new Limits(MERGED_PATCHES, Math.max(MERGED_PATCHES, max / 2 / MERGED_PATCHES * MERGED_PATCHES), max);
    }

    private static Profile profile(String name, ModelProto model, Map<String, Limits> dimensions) {
        Map<String, Profile.Range> inputs = new HashMap<>();
        for (ValueInfoProto input : model.getGraph().getInputList()) {
            List<Dimension> extents = input.getType().getTensorType().getShape().getDimList();
            if (extents.stream().anyMatch(Dimension::hasDimParam)) {
                inputs.put(
                        input.getName(),
                        new Profile.Range(
                                shape(extents, dimensions, Limits::min),
                                shape(extents, dimensions, Limits::opt),
                                shape(extents, dimensions, Limits::max)));
            }
        }
        return new Profile(name, inputs);
    }

    @FunctionalInterface
    private interface End {
        long of(Limits limits);
    }

    private static Shape shape(List<Dimension> extents, Map<String, Limits> dimensions, End end) {
        return Shape.of(extents.stream()
                .mapToLong(extent -> extent.hasDimParam()
                        ? end.of(Objects.requireNonNull(dimensions.get(extent.getDimParam()), extent.getDimParam()))
                        : extent.getDimValue())
                .toArray());
    }
}
