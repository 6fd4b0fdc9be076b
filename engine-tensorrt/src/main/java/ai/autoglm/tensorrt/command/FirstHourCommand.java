package ai.autoglm.tensorrt.command;

import ai.autoglm.tensorrt.Installation;
import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.javacpp.TensorRt;
import ai.autoglm.tensorrt.memory.GraphMemory;
import ai.autoglm.tensorrt.memory.MemoryPlan;
import ai.autoglm.tensorrt.plan.LoadedPart;
import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.tensorrt.plan.NetworkSource;
import ai.autoglm.tensorrt.plan.PlanSource;
import ai.autoglm.tensorrt.plan.SignedPlans;
import ai.autoglm.tensorrt.runtime.GraphSettings;
import ai.autoglm.tensorrt.runtime.ProcessEnd;
import ai.autoglm.tensorrt.runtime.TensorRtEngine;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.command.EngineCommand;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Finds out on a real GPU what tests without one cannot: deploy/gpu/first-hour.sh runs it once for each part of a
/// bundle, with the engines built.
@Command(
        name = "first-hour",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Checks and measures a bundle's engines on the GPU at hand; the report is Markdown.")
public final class FirstHourCommand implements EngineCommand {
    private static final int DECODE_STEPS = 64;
    private static final int PROMPT_ROWS = 60;
    private static final long BANDWIDTH_BYTES = 1L << 30;
    private static final int BANDWIDTH_COPIES = 10;

    @Parameters(index = "0", paramLabel = "<bundle>", description = "Directory of a compiled bundle.")
    private Path bundle;

    @Option(
            names = "--reference",
            paramLabel = "<bundle>",
            description = "The same model in fp32: results are compared with ONNX Runtime's of it.")
    private @Nullable Path reference;

    @Option(names = "--report", required = true, paramLabel = "<file>", description = "Report; it is appended to.")
    private Path report;

    @Option(
            names = "--part",
            defaultValue = "decoder",
            paramLabel = "<part>",
            description = "What is measured, in a process of its own, since engines are never freed.")
    private ModelPart.Kind part;

    @Option(names = "--max-num-seqs", defaultValue = "16", description = "As the engines were built.")
    private int maxNumSeqs;

    @Option(names = "--resume-slots", defaultValue = "2", description = "As the engines were built.")
    private int resumeSlots;

    @Option(names = "--max-model-len", defaultValue = "2048", description = "As the engines were built.")
    private int maxModelLen;

    @Option(names = "--prefill-chunk", defaultValue = "256", description = "As the engines were built.")
    private int prefillChunk;

    @Override
    public Integer call() throws IOException {
        Bundle opened = Bundle.open(bundle);
        if (!opened.manifest().parts().contains(part)) {
            return 0;
        }
        DecoderLimits limits = DecoderLimits.of(maxNumSeqs, resumeSlots, prefillChunk, maxModelLen);
        Installation installation = Installation.of(System.getenv(), System.getProperty("autoglm.home"));
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(
                report, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            FirstHourReport steps = new FirstHourReport(out);
            TensorRt tensorRt = TensorRt.open(installation.natives(), false);
            SignedPlans plans = new SignedPlans(tensorRt, installation.store(), tensorRt.gpu());
            steps.step("Card of the " + part, () -> card(tensorRt, opened));
            // Engines are never freed: each is loaded once, and kept here to be asked.
            AtomicReference<@Nullable LoadedPlan> loaded = new AtomicReference<>();
            PlanSource keeping = source -> {
                LoadedPart found = plans.load(source);
                loaded.set(found.plan());
                return found;
            };
            try (TensorRtEngine engine =
                    new TensorRtEngine(tensorRt.gpu(), keeping, GraphSettings.defaults(), new ProcessEnd())) {
                switch (part) {
                    case DECODER -> {
                        decoder(steps, opened, limits, engine, tensorRt.gpu());
                        steps.step(
                                "Aliasing and layers",
                                () -> describe(opened, Objects.requireNonNull(loaded.get(), "no decoder is loaded")));
                    }
                    case FUSION -> steps.step("Fusion layer", () -> List.of("Nothing is measured of it alone."));
                    case VISION_ENCODER ->
                        steps.step("Vision encoder", () -> new EncoderTiming(engine, opened).images());
                    case AUDIO_ENCODER ->
                        steps.step("Audio encoder", () -> new EncoderTiming(engine, opened).windows());
                }
            }
            return steps.failures() == 0 ? 0 : 1;
        }
    }

    /// Steps after one that opened nothing fail with its name.
    private static DecoderProbe opened(@Nullable DecoderProbe[] probe) {
        DecoderProbe found = probe[0];
        if (found == null) {
            throw new IllegalStateException("the decoder was not opened: see \"Memory against the plan\"");
        }
        return found;
    }

    private void decoder(FirstHourReport steps, Bundle opened, DecoderLimits limits, TensorRtEngine engine, Gpu gpu) {
        double[] bandwidth = {Double.NaN};
        steps.step("Bandwidth", () -> {
            bandwidth[0] = measureBandwidth(gpu);
            return List.of(String.format(
                    Locale.ROOT, "%.0f GB/s read and written by a copy on the card.", bandwidth[0] / 1e9));
        });
        DecoderSpec spec = opened.manifest().decoder();
        ElementType kvType = opened.manifest().precision().kvType();
        long freeBefore = gpu.freeBytes();
        @Nullable DecoderProbe[] probe = new @Nullable DecoderProbe[1];
        steps.step("Memory against the plan", () -> {
            probe[0] = new DecoderProbe(engine.open(new BundleParts(opened).decoder(limits)), spec, kvType, limits);
            NetworkSource network = NetworkSource.read(new BundleParts(opened).decoder(limits));
            MemoryPlan plan = GraphMemory.plan(network.part(), network.model(), freeBefore);
            return List.of(
                    "planned: " + plan.arithmetic(),
                    "",
                    String.format(
                            Locale.ROOT, "taken: %.2f GiB", (freeBefore - gpu.freeBytes()) / (double) (1L << 30)));
        });
        steps.step("Decoder results", () -> results(steps, opened, opened(probe), limits));
        steps.step("Decoder speed", () -> speed(opened, opened(probe), limits, bandwidth[0]));
    }

    private List<String> results(FirstHourReport steps, Bundle opened, DecoderProbe probe, DecoderLimits limits) {
        DecoderChecks checks =
                new DecoderChecks(probe, opened.manifest().precision(), limits.slotCount(), limits.chunkRows());
        List<DecoderChecks.Check> found;
        Path fp32 = reference;
        if (fp32 == null) {
            found = checks.compare(null);
        } else {
            try (OnnxRuntimeEngine host = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());
                    DecoderProbe other = new DecoderProbe(
                            host.open(new BundleParts(Bundle.open(fp32)).decoder(limits)),
                            opened.manifest().decoder(),
                            ElementType.FLOAT32,
                            limits)) {
                found = checks.compare(other);
            }
        }
        found.stream().filter(check -> !check.isGood()).forEach(_ -> steps.failed());
        List<String> lines = new ArrayList<>(
                List.of("| check | largest difference / largest logit | limit | |", "|---|---|---|---|"));
        found.forEach(check -> lines.add(check.toString()));
        return lines;
    }

    private static List<String> card(TensorRt tensorRt, Bundle opened) {
        GpuInfo info = tensorRt.gpu().info();
        return List.of(
                "| what | value |",
                "|---|---|",
                "| bundle | " + opened.directory() + ", " + opened.manifest().precision() + " |",
                "| card | " + info.name() + ", " + info.architecture() + " |",
                "| CUDA of the driver | " + info.driverVersion() + " |",
                "| TensorRT | " + tensorRt.version() + " |",
                String.format(
                        Locale.ROOT,
                        "| memory | %.2f GiB, %.2f free |",
                        info.totalBytes() / (double) (1L << 30),
                        tensorRt.gpu().freeBytes() / (double) (1L << 30)));
    }

    private static double measureBandwidth(Gpu gpu) {
        DeviceMemory source = gpu.allocate(BANDWIDTH_BYTES);
        DeviceMemory target = gpu.allocate(BANDWIDTH_BYTES);
        GpuStream stream = gpu.openStream();
        stream.copyRows(target, BANDWIDTH_BYTES, source, BANDWIDTH_BYTES, BANDWIDTH_BYTES, 1);
        stream.synchronize();
        long start = System.nanoTime();
        for (int copy = 0; copy < BANDWIDTH_COPIES; copy++) {
            stream.copyRows(target, BANDWIDTH_BYTES, source, BANDWIDTH_BYTES, BANDWIDTH_BYTES, 1);
        }
        stream.synchronize();
        double seconds = (System.nanoTime() - start) / 1e9;
        gpu.free(source);
        gpu.free(target);
        return 2.0 * BANDWIDTH_BYTES * BANDWIDTH_COPIES / seconds;
    }

    private List<String> describe(Bundle opened, LoadedPlan plan) throws IOException {
        Path layers = report.resolveSibling(bundle.getFileName() + "-decoder-layers.json");
        Files.writeString(layers, plan.describeLayers());
        List<String> lines = new ArrayList<>();
        for (int layer = 0; layer < opened.manifest().decoder().layerCount(); layer++) {
            for (String cache : List.of("k_cache", "v_cache")) {
                String alias = plan.aliasOf(cache + "_out_" + layer).orElse("nothing");
                if (!alias.equals(cache + "_" + layer)) {
                    throw new IllegalStateException(cache + "_out_" + layer + " updates " + alias);
                }
            }
        }
        lines.add("Every cache is updated in place. Layers, types and tactics: " + layers.getFileName() + ".");
        return lines;
    }

    private static List<String> speed(Bundle opened, DecoderProbe probe, DecoderLimits limits, double bandwidth)
            throws IOException {
        long weights = Files.size(opened.decoder().resolveSibling("decoder.onnx.data"));
        List<String> lines = new ArrayList<>(List.of(
                "| batch | tokens/s | ms a step | weights read, share of the bandwidth |", "|---|---|---|---|"));
        for (int batch : new int[] {1, 8, 16}) {
            if (batch > limits.slotCount()) {
                continue;
            }
            List<Integer> slots = IntStream.range(0, batch).boxed().toList();
            slots.forEach(slot -> probe.prefill(slot, slot, 0, PROMPT_ROWS));
            // The first is captured, the second launched for the first time.
            double seconds = probe.secondsOfDecode(slots, PROMPT_ROWS, 2, DECODE_STEPS);
            lines.add(String.format(
                    Locale.ROOT,
                    "| %d | %.0f | %.2f | %.0f %% |",
                    batch,
                    batch / seconds,
                    seconds * 1000,
                    100 * weights / seconds / bandwidth));
        }
        return lines;
    }
}
