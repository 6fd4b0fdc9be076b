package ai.autoglm.benchmarks;

import ai.autoglm.tensorrt.command.RandomCheckpoint;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints speed and size of the CPU precisions, of the embedded model and of a larger one with random weights. The
/// precisions take turns, so that whatever else the machine does concerns all of them.
@Command(
        name = "precision-benchmark",
        mixinStandardHelpOptions = true,
        description = "Compares speed and size of fp32, int8 and int4 on this machine's CPU.")
final class PrecisionBenchmark implements Callable<Integer> {
    private static final List<Precision> PRECISIONS = List.of(Precision.FP32, Precision.INT8, Precision.INT4);

    @Option(names = "--model", required = true, paramLabel = "<directory>", description = "The embedded model.")
    private Path model;

    @Option(
            names = "--work",
            required = true,
            paramLabel = "<directory>",
            description = "For bundles and the random checkpoint; emptied of them at the end.")
    private Path work;

    @Option(
            names = "--layers",
            defaultValue = "8",
            description = "Layers of the random model, 47 million parameters each beside 134 million of vocabulary. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(names = "--rounds", defaultValue = "7", description = "Turns of each precision. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PrecisionBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        compare("embedded model", model);
        Path random = work.resolve("random-checkpoint");
        try {
            new RandomCheckpoint(new RandomCheckpoint.Sizes(layers, 2048, 16, 2, 6144, 32_768, 2, 256, 4))
                    .write(random, model.resolve("tokenizer.json"));
            compare("random model", random);
        } finally {
            delete(random);
        }
        return 0;
    }

    private void compare(String name, Path checkpoint) throws IOException {
        List<DecoderClock> clocks = new ArrayList<>();
        try (Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared())) {
            for (Precision precision : PRECISIONS) {
                clocks.add(new DecoderClock(bundle(checkpoint, precision), engine));
            }
            for (int round = 0; round < rounds; round++) {
                clocks.forEach(DecoderClock::measure);
            }
            DecoderClock fp32 = clocks.getFirst();
            System.out.println(name + ": decoder on disk, one step of one sequence, a prefill of 256 rows");
            for (DecoderClock clock : clocks) {
                System.out.printf(
                        "%-6s %7.1f MB (%.2f)   %s (%.2f)   %s (%.2f)%n",
                        clock.precision(),
                        clock.megabytes(),
                        clock.megabytes() / fp32.megabytes(),
                        clock.step().format("ms"),
                        clock.step().median() / fp32.step().median(),
                        clock.prefill().format("ms"),
                        clock.prefill().median() / fp32.prefill().median());
            }
        } finally {
            clocks.forEach(DecoderClock::close);
            for (Precision precision : PRECISIONS) {
                delete(work.resolve("precision-" + precision));
            }
        }
    }

    private Bundle bundle(Path checkpoint, Precision precision) {
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compile(checkpoint, work.resolve("precision-" + precision));
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
