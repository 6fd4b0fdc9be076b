package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Shows what a model bundle holds.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<bundle>", description = "A directory that `autoglm compile` wrote.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        Bundle bundle = Bundle.open(directory);
        BundleManifest manifest = bundle.manifest();
        PrintWriter out = spec.commandLine().getOut();
        out.printf("bundle         %s (format %d)%n", manifest.bundleId(), manifest.formatVersion());
        out.printf("source         %s, %s%n", manifest.source(), manifest.architecture());
        out.printf(
                "precision      %s for a %s, content format %s%n",
                manifest.precision(), manifest.target().name(), manifest.contentFormat());
        describe(out, manifest.decoder());
        describe(out, manifest.vision());
        describe(out, manifest.audio());
        out.printf(
                "fusion         %s%n",
                manifest.fusion() == null ? "none" : manifest.fusion().headCount() + " heads");
        out.printf("stops on       %s%n", manifest.tokens().endOfSequence());
        for (Path file : files()) {
            out.printf("%14.1f MB  %s%n", Files.size(file) / 1048576.0, directory.relativize(file));
        }
        out.flush();
        return 0;
    }

    private static void describe(PrintWriter out, DecoderSpec decoder) {
        out.printf(
                "decoder        %d layers, hidden %d, %d heads (%d kv) of %d, vocabulary %d, context %d%n",
                decoder.layerCount(),
                decoder.hiddenSize(),
                decoder.headCount(),
                decoder.kvHeadCount(),
                decoder.headDimension(),
                decoder.vocabularySize(),
                decoder.maxPositions());
    }

    private static void describe(PrintWriter out, @Nullable VisionSpec vision) {
        if (vision == null) {
            out.println("vision         none");
            return;
        }
        out.printf(
                "vision         patches of %d px, merged %d×%d, %d to %d pixels an image%n",
                vision.patchSize(),
                vision.mergeSize(),
                vision.mergeSize(),
                vision.minPixels() / vision.temporalPatchSize(),
                vision.maxPixels() / vision.temporalPatchSize());
    }

    private static void describe(PrintWriter out, @Nullable AudioSpec audio) {
        if (audio == null) {
            out.println("audio          none");
            return;
        }
        out.printf(
                "audio          %d Hz, windows of %d s, at most %d tokens each%n",
                audio.samplingRate(), audio.windowSeconds(), audio.maxTokensPerWindow());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
