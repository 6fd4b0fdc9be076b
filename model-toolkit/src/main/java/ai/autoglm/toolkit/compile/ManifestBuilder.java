package ai.autoglm.toolkit.compile;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.bundle.GenerationDefaults;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.checkpoint.AudioConfig;
import ai.autoglm.toolkit.checkpoint.Checkpoint;
import ai.autoglm.toolkit.checkpoint.FusionConfig;
import ai.autoglm.toolkit.checkpoint.ModelConfig;
import ai.autoglm.toolkit.checkpoint.TextConfig;
import ai.autoglm.toolkit.checkpoint.VisionConfig;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Derives `bundle.json` from a checkpoint's configuration files.
final class ManifestBuilder {
    // Values of Glm4vImageProcessor and WhisperFeatureExtractor for files that leave them out.
    private static final long DEFAULT_MIN_PIXELS = 12_544;
    private static final long DEFAULT_MAX_PIXELS = 11_760_000;
    private static final List<Float> CLIP_MEAN = List.of(0.48145467f, 0.4578275f, 0.40821072f);
    private static final List<Float> CLIP_DEVIATION = List.of(0.26862955f, 0.2613026f, 0.2757771f);

    private final Checkpoint checkpoint;
    private final ModelConfig config;

    ManifestBuilder(Checkpoint checkpoint, ModelConfig config) {
        this.checkpoint = checkpoint;
        this.config = config;
    }

    BundleManifest build(CompileOptions options, String checkpointSha256) {
        VisionConfig vision = config.vision();
        AudioConfig audio = config.audio();
        FusionConfig fusion = config.fusion();
        return new BundleManifest(
                BundleManifest.FORMAT_VERSION,
                bundleId(options, checkpointSha256),
                checkpoint
                        .directory()
                        .toAbsolutePath()
                        .normalize()
                        .getFileName()
                        .toString(),
                checkpointSha256,
                config.architecture(),
                options.precision(),
                options.contentFormat(),
                decoder(config.text()),
                vision == null ? null : vision(vision),
                audio == null ? null : audio(audio),
                fusion == null ? null : fusion(fusion),
                config.tokens(),
                generation());
    }

    static String bundleId(CompileOptions options, String checkpointSha256) {
        MessageDigest digest = Sha256.begin();
        String identity = String.join(
                "\n",
                checkpointSha256,
                options.precision().name(),
                options.contentFormat().name(),
                Integer.toString(BundleManifest.FORMAT_VERSION));
        return HexFormat.of().formatHex(digest.digest(identity.getBytes(UTF_8)));
    }

    static DecoderSpec decoder(TextConfig text) {
        int rotaryDimension = (int) (text.headDimension() * text.rope().partialFactor());
        RotarySpec rotary;
        try {
            rotary = new RotarySpec(
                    text.rope().theta(),
                    rotaryDimension,
                    text.family() == TextConfig.Family.GLM4,
                    text.rope().sections());
        } catch (IllegalArgumentException e) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, e.getMessage() + ".", e);
        }
        return new DecoderSpec(
                text.vocabularySize(),
                text.hiddenSize(),
                text.layerCount(),
                text.headCount(),
                text.kvHeadCount(),
                text.headDimension(),
                text.maxPositions(),
                rotary);
    }

    private VisionSpec vision(VisionConfig vision) {
        JsonNode processor = checkpoint.json("preprocessor_config.json");
        JsonNode size = processor.path("size");
        return new VisionSpec(
                vision.headDimension(),
                vision.tableSide(),
                vision.patchSize(),
                vision.temporalPatchSize(),
                vision.mergeSize(),
                size.path("shortest_edge").asLong(DEFAULT_MIN_PIXELS),
                size.path("longest_edge").asLong(DEFAULT_MAX_PIXELS),
                decimals(processor.path("image_mean"), CLIP_MEAN),
                decimals(processor.path("image_std"), CLIP_DEVIATION));
    }

    private AudioSpec audio(AudioConfig audio) {
        JsonNode processor = checkpoint.json("audio_preprocessor_config.json");
        if (processor.isMissingNode()) {
            processor = checkpoint.json("preprocessor_config.json");
        }
        AudioSpec spec = new AudioSpec(
                processor.path("sampling_rate").asInt(16_000),
                processor.path("hop_length").asInt(160),
                processor.path("n_fft").asInt(400),
                audio.melBinCount(),
                processor.path("chunk_length").asInt(30),
                audio.maxPositions() / audio.framesPerToken());
        int frames = spec.windowSeconds() * spec.samplingRate() / spec.hopLength();
        if (frames != 2 * audio.maxPositions()) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "audio_preprocessor_config.json makes windows of " + frames + " frames, but the audio tower takes "
                            + 2 * audio.maxPositions() + " (max_position_embeddings).");
        }
        return spec;
    }

    private FusionSpec fusion(FusionConfig fusion) {
        return new FusionSpec(fusion.headCount(), config.text().hiddenSize() / fusion.headCount());
    }

    private GenerationDefaults generation() {
        JsonNode generation = checkpoint.json("generation_config.json");
        boolean greedy =
                generation.has("do_sample") && !generation.path("do_sample").asBoolean();
        return new GenerationDefaults(
                generation.path("temperature").asDouble(greedy ? 0 : 1),
                generation.path("top_p").asDouble(1),
                generation.path("top_k").asInt(0),
                generation.path("repetition_penalty").asDouble(1));
    }

    private static List<Float> decimals(JsonNode node, List<Float> absent) {
        List<Float> values = new ArrayList<>();
        node.forEach(value -> values.add(value.floatValue()));
        return values.isEmpty() ? absent : values;
    }
}
