package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Target;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `bundle.json`: what a bundle is, and every size that the processes need beside the graphs.
///
/// @param formatVersion of the bundle's layout; a bundle of another version is refused
/// @param bundleId SHA-256 over checkpoint, compile options and format version, in hexadecimal
/// @param source name of the checkpoint's directory
/// @param checkpointSha256 over the checkpoint's files in name order, in hexadecimal
/// @param architecture as in config.json, such as `Glm4vForConditionalGeneration`
/// @param vision absent in a bundle without a vision tower
/// @param audio absent in a bundle without an audio tower
/// @param fusion absent in a bundle without a fusion layer
public record BundleManifest(
        int formatVersion,
        String bundleId,
        String source,
        String checkpointSha256,
        String architecture,
        Precision precision,
        ContentFormat contentFormat,
        DecoderSpec decoder,
        @Nullable VisionSpec vision,
        @Nullable AudioSpec audio,
        @Nullable FusionSpec fusion,
        TokenSpec tokens,
        GenerationDefaults generation) {
    /// Changed whenever a bundle of an older version can no longer be served, or the same checkpoint becomes other
    /// graphs: engines are kept by bundleId.
    public static final int FORMAT_VERSION = 4;

    /// The processors that the bundle is for: it follows from the precision, and is written for whoever reads the file.
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Target target() {
        return precision.target();
    }

    /// The kinds of parts that the bundle has.
    public Set<ModelPart.Kind> parts() {
        Set<ModelPart.Kind> parts = EnumSet.of(ModelPart.Kind.DECODER);
        if (vision != null) {
            parts.add(ModelPart.Kind.VISION_ENCODER);
        }
        if (audio != null) {
            parts.add(ModelPart.Kind.AUDIO_ENCODER);
        }
        if (fusion != null) {
            parts.add(ModelPart.Kind.FUSION);
        }
        return parts;
    }
}
