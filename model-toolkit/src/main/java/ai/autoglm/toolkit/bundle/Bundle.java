package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Target;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An opened bundle directory. Each process opens only the parts that it runs.
public record Bundle(Path directory, BundleManifest manifest) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /// Opens a compiled bundle.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_BUNDLE] when it is no bundle of this format version
    public static Bundle open(Path directory) {
        Path file = directory.resolve("bundle.json");
        if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, directory + " cannot be read by the user of this process.");
        }
        if (!Files.isRegularFile(file)) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, directory + " is no model bundle: it has no bundle.json.");
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            int version = json.path("formatVersion").asInt();
            // Before anything else is looked at: another version may say it in other words.
            if (version != BundleManifest.FORMAT_VERSION) {
                throw new ServingException(
                        ErrorCode.INVALID_BUNDLE,
                        directory + " has bundle format " + version + ", this release reads "
                                + BundleManifest.FORMAT_VERSION + ": compile the bundle again.");
            }
            return new Bundle(directory, JSON.treeToValue(json, BundleManifest.class));
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, file + " cannot be read: compile the bundle again.", e);
        }
    }

    /// Refuses an engine that computes on other processors than this bundle is for. An encoder of a bundle for GPUs
    /// may run on a CPU all the same, where the decoder alone has a card: ONNX Runtime computes it in fp32.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CONFIGURATION]
    public void requireFor(Engine engine, ModelPart.Kind part) {
        boolean encoder = part == ModelPart.Kind.VISION_ENCODER || part == ModelPart.Kind.AUDIO_ENCODER;
        if (!encoder || engine.target() == Target.GPU) {
            requireFor(engine.target(), engine.name());
        }
    }

    /// As [#requireFor(Engine, ModelPart.Kind)] for the decoder, before there is an engine.
    public void requireFor(Target target, String engine) {
        Precision precision = manifest.precision();
        if (precision.target() != target) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s is a bundle for a %s (%s), but %s computes on a %s: compile the checkpoint with --precision %s."
                            .formatted(
                                    directory,
                                    precision.target().name(),
                                    precision,
                                    engine,
                                    target.name(),
                                    Precision.choices(target)));
        }
    }

    /// Writes `bundle.json` into `directory`.
    public static void write(BundleManifest manifest, Path directory) throws IOException {
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("bundle.json").toFile(), manifest);
    }

    /// Whether every file is there that its parts consist of. A process needs no part but its own.
    public boolean isWhole() {
        return manifest.parts().stream().map(this::graph).allMatch(Bundle::isThere)
                && Files.isRegularFile(embedTokens())
                && Files.isRegularFile(tokenizer());
    }

    private Path graph(ModelPart.Kind part) {
        return switch (part) {
            case DECODER -> decoder();
            case FUSION -> fusion();
            case VISION_ENCODER -> visionEncoder();
            case AUDIO_ENCODER -> audioEncoder();
        };
    }

    private static boolean isThere(Path graph) {
        return Files.isRegularFile(graph) && Files.isRegularFile(weights(graph));
    }

    /// The file beside a graph that holds its weights.
    public static Path weights(Path graph) {
        return graph.resolveSibling(graph.getFileName() + ".data");
    }

    public Path visionEncoder() {
        return directory.resolve("vision-encoder.onnx");
    }

    public Path audioEncoder() {
        return directory.resolve("audio-encoder.onnx");
    }

    public Path fusion() {
        return directory.resolve("fusion.onnx");
    }

    public Path decoder() {
        return directory.resolve("decoder.onnx");
    }

    /// The embedding table [vocabularySize, hiddenSize] in the bundle's row type, row-major, nothing else.
    public Path embedTokens() {
        return directory.resolve("embed-tokens.bin");
    }

    public Path tokenizer() {
        return directory.resolve("tokenizer.json");
    }

    /// Absent in a bundle whose checkpoint has no chat template.
    public Path chatTemplate() {
        return directory.resolve("chat_template.jinja");
    }
}
