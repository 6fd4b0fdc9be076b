package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.checkpoint.AudioConfig;
import ai.autoglm.toolkit.checkpoint.Checkpoint;
import ai.autoglm.toolkit.checkpoint.FusionConfig;
import ai.autoglm.toolkit.checkpoint.ModelConfig;
import ai.autoglm.toolkit.checkpoint.VisionConfig;
import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.Weights;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart.Kind;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.graph.AudioEncoderGraph;
import ai.autoglm.toolkit.graph.DecoderGraph;
import ai.autoglm.toolkit.graph.FusionGraph;
import ai.autoglm.toolkit.graph.VisionEncoderGraph;
import ai.autoglm.toolkit.graph.WeightFile;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.Function;

/// Compiles a checkpoint directory to a bundle directory. Weights stream from mapping to file: the heap stays small
/// whatever the checkpoint's size. The bundle appears under its name only when it is whole.
public final class BundleCompiler {
    /// Names of matrices, and what they lost, for whoever wants to know.
    static final String QUANTIZATION = "quantization-errors.tsv";

    private static final String FINGERPRINT = "checkpoint-files.txt";

    private final CompileOptions options;
    private final CompileProgress progress;

    public BundleCompiler(CompileOptions options, CompileProgress progress) {
        this.options = options;
        this.progress = progress;
    }

    /// The id of the bundle that a checkpoint compiles to with these options: known as soon as its files are read.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when it cannot be read
    public String bundleId(Path checkpointDirectory) {
        Checkpoint.open(checkpointDirectory).close();
        return ManifestBuilder.bundleId(options, new CheckpointFingerprint(checkpointDirectory).sha256(progress));
    }

    /// Compiles, whatever is there.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when the checkpoint cannot be compiled, or with
    ///     [ErrorCode#INVALID_BUNDLE] when the bundle cannot be written
    public Bundle compile(Path checkpointDirectory, Path bundleDirectory) {
        return compile(checkpointDirectory, bundleDirectory, _ -> {});
    }

    /// Compiles, whatever is there.
    ///
    /// @param announce told the bundle's id once the checkpoint is read; what it throws ends the work
    public Bundle compile(Path checkpointDirectory, Path bundleDirectory, Consumer<String> announce) {
        CheckpointFingerprint fingerprint = new CheckpointFingerprint(checkpointDirectory);
        try (Checkpoint checkpoint = Checkpoint.open(checkpointDirectory)) {
            String sha256 = fingerprint.sha256(progress);
            announce.accept(ManifestBuilder.bundleId(options, sha256));
            return compile(checkpoint, fingerprint, sha256, bundleDirectory);
        }
    }

    /// Compiles only when the bundle is absent, unreadable, not whole, or another than this checkpoint with these
    /// options makes.
    public Bundle compileIfChanged(Path checkpointDirectory, Path bundleDirectory) {
        CheckpointFingerprint fingerprint = new CheckpointFingerprint(checkpointDirectory);
        Bundle existing;
        try {
            existing = Bundle.open(bundleDirectory);
        } catch (ServingException e) {
            return compile(checkpointDirectory, bundleDirectory);
        }
        if (!existing.isWhole()) {
            return compile(checkpointDirectory, bundleDirectory);
        }
        String known = existing.manifest().bundleId();
        String shortcut = fingerprint.shortcut();
        if (shortcut.equals(readFingerprint(bundleDirectory))
                && known.equals(
                        ManifestBuilder.bundleId(options, existing.manifest().checkpointSha256()))) {
            return existing;
        }
        String sha256 = fingerprint.sha256(progress);
        if (known.equals(ManifestBuilder.bundleId(options, sha256))) {
            return existing;
        }
        try (Checkpoint checkpoint = Checkpoint.open(checkpointDirectory)) {
            return compile(checkpoint, fingerprint, sha256, bundleDirectory);
        }
    }

    private static String readFingerprint(Path bundleDirectory) {
        try {
            return Files.readString(bundleDirectory.resolve(FINGERPRINT));
        } catch (IOException e) {
            return "";
        }
    }

    private Bundle compile(
            Checkpoint checkpoint, CheckpointFingerprint fingerprint, String sha256, Path bundleDirectory) {
        ModelConfig config = ModelConfig.read(checkpoint);
        BundleManifest manifest = new ManifestBuilder(checkpoint, config).build(options, sha256);
        try (BundleDirectory target = BundleDirectory.create(bundleDirectory)) {
            // First what is quick to refuse.
            new BundleTexts(checkpoint).copyTo(target.staging(), manifest);
            writeParts(checkpoint, config, manifest, target.staging());
            Files.writeString(target.staging().resolve(FINGERPRINT), fingerprint.shortcut());
            target.publish(manifest);
        } catch (IOException | UncheckedIOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, "Cannot write the bundle " + bundleDirectory + ": " + e.getMessage(), e);
        }
        return Bundle.open(bundleDirectory);
    }

    private void writeParts(Checkpoint checkpoint, ModelConfig config, BundleManifest manifest, Path directory)
            throws IOException {
        Bundle bundle = new Bundle(directory, manifest);
        int hiddenSize = config.text().hiddenSize();
        Precision precision = options.precision();
        VisionConfig vision = config.vision();
        if (vision != null) {
            Weights tower = Weights.below(checkpoint, "patch_embed.proj.weight", "model.visual.", "visual.");
            write(
                    "vision encoder",
                    tower,
                    bundle.visionEncoder(),
                    file -> VisionEncoderGraph.build(vision, tower, precision.of(Kind.VISION_ENCODER), file));
        }
        AudioConfig audio = config.audio();
        if (audio != null) {
            Weights tower = Weights.below(checkpoint, "conv1.weight", "model.audio_tower.", "audio_tower.");
            Weights projector = Weights.below(
                    checkpoint, "linear_1.weight", "model.multi_modal_projector.", "multi_modal_projector.");
            write(
                    "audio encoder",
                    tower,
                    bundle.audioEncoder(),
                    file -> AudioEncoderGraph.build(
                            audio, tower, projector, hiddenSize, precision.of(Kind.AUDIO_ENCODER), file));
        }
        FusionConfig fusion = config.fusion();
        if (fusion != null) {
            Weights layer = Weights.below(checkpoint, "gate", "model.fusion.");
            write(
                    "fusion",
                    layer,
                    bundle.fusion(),
                    file -> FusionGraph.build(fusion, layer, hiddenSize, precision.of(Kind.FUSION), file));
        }
        writeDecoder(checkpoint, config, bundle);
    }

    private void writeDecoder(Checkpoint checkpoint, ModelConfig config, Bundle bundle) throws IOException {
        Weights weights = Weights.below(
                checkpoint, "embed_tokens.weight", "model.language_model.", "language_model.model.", "model.");
        long[] shape = {config.text().vocabularySize(), config.text().hiddenSize()};
        Weight table = weights.require("embed_tokens.weight", shape);
        // A tied model has no head of its own; some tied checkpoints store one all the same.
        boolean own = checkpoint.find("lm_head.weight").isPresent()
                || checkpoint.find("language_model.lm_head.weight").isPresent();
        Weight head = own || !config.text().tiedEmbeddings()
                ? Weights.below(checkpoint, "lm_head.weight", "", "language_model.")
                        .require("lm_head.weight", shape)
                : table;
        int rotaryDimension = bundle.manifest().decoder().rotary().rotaryDimension();
        write(
                "decoder",
                weights,
                bundle.decoder(),
                file -> DecoderGraph.build(
                        config.text(),
                        weights,
                        head,
                        rotaryDimension,
                        options.precision().of(Kind.DECODER),
                        file));
        progress.begin("embeddings", table.storedBytes());
        try (WeightFile file = new WeightFile(bundle.embedTokens(), progress::advance)) {
            file.append(table, options.precision().rowType());
        }
        if (options.precision().kvType() == ElementType.FLOAT16) {
            progress.begin("calibration", 0);
            new HalfRangeCheck(bundle).run(progress);
        }
    }

    private void write(String part, Weights weights, Path model, Function<WeightFile, ModelProto> graph)
            throws IOException {
        progress.begin(part, weights.storedBytes());
        try (WeightFile file = new WeightFile(Bundle.weights(model), progress::advance);
                var output = Files.newOutputStream(model)) {
            graph.apply(file).writeTo(output);
            report(new QuantizationReport(part, file.errors(), file.keptPlain()), model.resolveSibling(QUANTIZATION));
        }
    }

    private void report(QuantizationReport report, Path file) throws IOException {
        if (!report.isEmpty()) {
            progress.quantized(report);
            Files.write(file, report.lines(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
