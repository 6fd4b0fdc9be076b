package ai.autoglm.tensorrt.command;

import ai.autoglm.tensorrt.Installation;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.javacpp.TensorRt;
import ai.autoglm.tensorrt.plan.EngineBuild;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.command.EngineCommand;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ProcessEnvironment;
import ai.autoglm.toolkit.launch.GpuAssignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Builds the engines of a bundle's parts. A process of its own: TensorRT's builder frees nothing.
@Command(
        name = "build-engine",
        mixinStandardHelpOptions = true,
        description = {
            "Builds TensorRT engines of a bundle's parts for the GPU at hand.",
            "Settings must be those that the services will have; an engine that they would load is not built again."
        })
public final class BuildEngineCommand implements EngineCommand {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<bundle>", description = "Directory of a compiled bundle.")
    private Path bundle;

    @Option(
            names = "--part",
            paramLabel = "<part>",
            description = "decoder, fusion, vision-encoder or audio-encoder; may be given several times. Default: all.")
    private List<ModelPart.Kind> parts = List.of();

    @Option(
            names = "--gpu",
            paramLabel = "<index or UUID>",
            description = "GPU to build on and for, of those that CUDA_VISIBLE_DEVICES leaves. Default: the first.")
    private @Nullable String gpu;

    @Option(
            names = "--max-num-seqs",
            defaultValue = "8",
            paramLabel = "<count>",
            description = "As for the server. Default: ${DEFAULT-VALUE}.")
    private int maxNumSeqs;

    @Option(
            names = "--resume-slots",
            defaultValue = "2",
            paramLabel = "<count>",
            description = "As autoglm.decoder.resume-slots. Default: ${DEFAULT-VALUE}.")
    private int resumeSlots;

    @Option(
            names = "--max-model-len",
            paramLabel = "<tokens>",
            description = "As for the server. Default: 8192, or the model's own length if less.")
    private @Nullable Integer maxModelLen;

    @Option(
            names = "--prefill-chunk",
            defaultValue = "256",
            paramLabel = "<tokens>",
            description = "As autoglm.decoder.prefill-chunk. Default: ${DEFAULT-VALUE}.")
    private int prefillChunk;

    @Option(names = "--again", description = "Builds even what is there.")
    private boolean again;

    @Override
    public Integer call() {
        if (gpu != null) {
            String visible = System.getenv("CUDA_VISIBLE_DEVICES");
            ProcessEnvironment.set("CUDA_VISIBLE_DEVICES", GpuAssignment.within(visible, gpu));
        }
        Bundle opened = Bundle.open(bundle);
        Installation installation = Installation.of(System.getenv(), System.getProperty("autoglm.home"));
        TensorRt tensorRt = TensorRt.open(installation.natives(), true);
        EngineBuild build = new EngineBuild(
                tensorRt.builder(), installation.store(), installation.plans(), tensorRt.gpu(), tensorRt.version());
        for (ModelPart part : selected(opened)) {
            try (BuildBar bar = new BuildBar(part.kind(), spec.commandLine().getErr())) {
                Optional<Path> built = build.build(part, again, bar);
                bar.close();
                spec.commandLine()
                        .getOut()
                        .println(built.map(path -> "Built " + path + ".")
                                .orElse("The engine of the " + part.kind() + " is there already."));
            } catch (GpuException e) {
                throw new EngineException(
                        "The engine of the " + part.kind() + " cannot be built: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new EngineException(
                        "The engine of the " + part.kind() + " cannot be kept in " + installation.plans() + ": "
                                + e.getMessage() + ".",
                        e);
            }
        }
        return 0;
    }

    private List<ModelPart> selected(Bundle opened) {
        BundleParts all = new BundleParts(opened);
        int length = maxModelLen == null
                ? Math.min(
                        DecoderLimits.DEFAULT_MAX_MODEL_LENGTH,
                        opened.manifest().decoder().maxPositions())
                : maxModelLen;
        DecoderLimits limits = DecoderLimits.of(maxNumSeqs, resumeSlots, prefillChunk, length);
        return opened.manifest().parts().stream()
                .filter(kind -> parts.isEmpty() || parts.contains(kind))
                .map(kind -> switch (kind) {
                    case DECODER -> all.decoder(limits);
                    case FUSION -> all.fusion(limits);
                    case VISION_ENCODER -> all.visionEncoder();
                    case AUDIO_ENCODER -> all.audioEncoder();
                })
                .filter(part -> Files.isRegularFile(part.model()))
                .toList();
    }
}
