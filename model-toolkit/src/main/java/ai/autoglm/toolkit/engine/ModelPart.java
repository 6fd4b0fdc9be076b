package ai.autoglm.toolkit.engine;

import java.nio.file.Path;
import java.util.Map;

/// One part of a bundle, as an engine is asked to load it.
///
/// @param model the graph, its external data beside it
/// @param bundleId of the bundle that it belongs to
/// @param limits how large each named dimension of the graph gets; the number of a cache's rows is exactly this
/// @param resumeSlots how many of a decoder's sequences are beside those of `--max-num-seqs`: for advice to people
public record ModelPart(Kind kind, Path model, String bundleId, Map<String, Long> limits, int resumeSlots) {
    /// The parts of a bundle, with their names in options and file names.
    public enum Kind {
        DECODER("decoder"),
        FUSION("fusion"),
        VISION_ENCODER("vision-encoder"),
        AUDIO_ENCODER("audio-encoder");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    public ModelPart {
        limits = Map.copyOf(limits);
    }

    /// A part whose limits have nothing to do with sequences that continue.
    public ModelPart(Kind kind, Path model, String bundleId, Map<String, Long> limits) {
        this(kind, model, bundleId, limits, 0);
    }

    /// The limit of a named dimension.
    ///
    /// @throws IllegalArgumentException when this part has no such dimension
    public long limit(String dimension) {
        Long limit = limits.get(dimension);
        if (limit == null) {
            throw new IllegalArgumentException("The " + kind + " has no limit for dimension " + dimension);
        }
        return limit;
    }
}
