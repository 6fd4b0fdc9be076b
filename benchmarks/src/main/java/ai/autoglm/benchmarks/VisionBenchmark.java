package ai.autoglm.benchmarks;

import ai.autoglm.tensorrt.command.RandomCheckpoint;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.vision.encode.OnnxVisionEncoder;
import ai.autoglm.vision.encode.VisionEncoder;
import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints what the vision tower's attention in parts costs and saves, against the same graph with whole attentions. The
/// two take turns, so that whatever else the machine does concerns both.
@Command(
        name = "vision-benchmark",
        mixinStandardHelpOptions = true,
        description = "Compares the vision tower's attention in parts with whole attentions on this machine's CPU.")
final class VisionBenchmark implements Callable<Integer> {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Option(names = "--model", required = true, paramLabel = "<directory>", description = "The embedded model.")
    private Path model;

    @Option(
            names = "--work",
            required = true,
            paramLabel = "<directory>",
            description = "A folder that is not there yet, for bundles and the random checkpoint: 1 GB.")
    private Path work;

    @Option(names = "--rounds", defaultValue = "7", description = "Turns of each graph. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new VisionBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        compare("embedded model", model, 1080, 2400, 20);
        Path random = work.resolve("random-checkpoint");
        new RandomCheckpoint(new RandomCheckpoint.Sizes(1, 1024, 8, 2, 2048, 2048, 1, 1536, 12))
                .write(random, model.resolve("tokenizer.json"));
        compare("one block of AutoGLM-Phone-9B's attention", random, 540, 1200, 1);
        return 0;
    }

    private void compare(String name, Path checkpoint, int width, int height, int runs) throws IOException {
        Bundle bundle = new BundleCompiler(
                        new CompileOptions(Precision.FP32, ContentFormat.PARTS), CompileProgress.silent())
                .compile(checkpoint, work.resolve(checkpoint.getFileName() + "-bundle"));
        VisionSpec spec = Objects.requireNonNull(bundle.manifest().vision());
        ImagePatches patches = new ImagePreprocessor(ImagePreprocessing.of(spec), ImageLimits.DEFAULT)
                .patches(screenshot(width, height), Deadline.NONE);
        ModelPart parts = new BundleParts(bundle).visionEncoder();
        ModelPart whole =
                new ModelPart(parts.kind(), WholeAttention.besides(parts.model()), parts.bundleId(), parts.limits());
        System.out.printf(
                "%s, %d x %d, %d patches%n", name, width, height, patches.grid().patchCount());
        try (Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared())) {
            double wholeMemory = memory(bundle, spec, engine, whole, patches);
            double partsMemory = memory(bundle, spec, engine, parts, patches);
            try (VisionEncoder before = encoder(bundle, spec, engine, whole);
                    VisionEncoder now = encoder(bundle, spec, engine, parts)) {
                before.encode(patches);
                now.encode(patches);
                double[] wholeTimes = new double[rounds];
                double[] partsTimes = new double[rounds];
                double[] ratios = new double[rounds];
                for (int round = 0; round < rounds; round++) {
                    wholeTimes[round] = milliseconds(before, patches, runs);
                    partsTimes[round] = milliseconds(now, patches, runs);
                    ratios[round] = partsTimes[round] / wholeTimes[round];
                }
                print("whole", Median.of(wholeTimes), wholeMemory);
                print("in parts", Median.of(partsTimes), partsMemory);
                Median ratio = Median.of(ratios);
                System.out.printf(
                        "ratio turn by turn: %.3f (%.3f to %.3f)%n", ratio.median(), ratio.min(), ratio.max());
            }
        }
    }

    private static void print(String name, Median time, double megabytes) {
        System.out.printf("%-8s %s of processor time, %.0f MB while it runs%n", name, time.format("ms"), megabytes);
    }

    private static VisionEncoder encoder(Bundle bundle, VisionSpec spec, Engine engine, ModelPart part) {
        return new OnnxVisionEncoder(
                engine.open(part), spec, bundle.manifest().decoder().hiddenSize(), ElementType.FLOAT32);
    }

    /// Of processors, which other processes have at times; their clock goes in steps of 10 ms.
    private static double milliseconds(VisionEncoder encoder, ImagePatches patches, int runs) {
        long start = PROCESS.getProcessCpuTime();
        for (int run = 0; run < runs; run++) {
            encoder.encode(patches);
        }
        return (PROCESS.getProcessCpuTime() - start) / 1e6 / runs;
    }

    /// What the process has at most during a first run beyond what it had before, in MB.
    private static double memory(Bundle bundle, VisionSpec spec, Engine engine, ModelPart part, ImagePatches patches)
            throws IOException {
        try (VisionEncoder encoder = encoder(bundle, spec, engine, part)) {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // forgets the peak
            double before = kilobytes("VmRSS:");
            encoder.encode(patches);
            return (kilobytes("VmHWM:") - before) * 1024 / 1e6;
        }
    }

    private static double kilobytes(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] screenshot(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(9);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
