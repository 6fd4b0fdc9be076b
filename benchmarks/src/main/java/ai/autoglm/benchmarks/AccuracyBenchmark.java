package ai.autoglm.benchmarks;

import ai.autoglm.benchmarks.Evaluation.Step;
import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings.Arithmetic;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints how far each precision of the embedded model is from fp32 on the golden cases.
@Command(
        name = "accuracy-benchmark",
        mixinStandardHelpOptions = true,
        description = "Compares precisions of the embedded model with fp32 on the golden cases.")
final class AccuracyBenchmark implements Callable<Integer> {
    @Option(
            names = "--work",
            required = true,
            paramLabel = "<directory>",
            description = "Where bundles are compiled to; kept for the next run.")
    private Path work;

    /// A precision as ONNX Runtime computes it on a CPU.
    private enum Candidate {
        FP32(Precision.FP32, Arithmetic.FAST),
        INT8(Precision.INT8, Arithmetic.FAST),
        INT4(Precision.INT4, Arithmetic.FAST),
        INT8_FP32_ACTIVATIONS(Precision.INT8, Arithmetic.AS_WRITTEN),
        INT4_FP32_ACTIVATIONS(Precision.INT4, Arithmetic.AS_WRITTEN),
        FP16(Precision.FP16, Arithmetic.AS_WRITTEN),
        INT4_FP16(Precision.INT4_FP16, Arithmetic.AS_WRITTEN),
        /// Weights and rows in bf16, everything else in fp32: there is no arithmetic in bf16 on CPUs.
        BF16_WEIGHTS(Precision.BF16, Arithmetic.FAST);

        private final Precision precision;
        private final Arithmetic arithmetic;

        Candidate(Precision precision, Arithmetic arithmetic) {
            this.precision = precision;
            this.arithmetic = arithmetic;
        }

        ElementType kvType() {
            return this == BF16_WEIGHTS ? ElementType.FLOAT32 : precision.kvType();
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AccuracyBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() {
        List<Evaluation> reference = evaluate(Candidate.FP32);
        System.out.println("precision               same texts  right answers  same next tokens  max logit difference"
                + "  log-probability of golden");
        try (Tokenizer tokenizer = Tokenizer.load(bundle(Precision.FP32).tokenizer())) {
            for (Candidate candidate : Candidate.values()) {
                List<Evaluation> evaluations = candidate == Candidate.FP32 ? reference : evaluate(candidate);
                System.out.printf("%-24s%s%n", candidate, line(evaluations, reference, tokenizer));
            }
        }
        return 0;
    }

    private List<Evaluation> evaluate(Candidate candidate) {
        Bundle bundle = bundle(candidate.precision);
        try (OnnxRuntimeEngine engine = new OnnxRuntimeEngine(new OnnxRuntimeSettings(0, true, candidate.arithmetic));
                LocalModel model = new LocalModel(bundle, engine, candidate.kvType())) {
            return Evaluation.of(model);
        }
    }

    private Bundle bundle(Precision precision) {
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compileIfChanged(
                        GoldenCase.ROOT.resolve("models/autoglm-phone-mini"), work.resolve(precision.toString()));
    }

    private static String line(List<Evaluation> evaluations, List<Evaluation> reference, Tokenizer tokenizer) {
        long same = evaluations.stream().filter(Evaluation::isGolden).count();
        List<Evaluation> judged = evaluations.stream()
                .filter(evaluation -> evaluation.golden().expected().isPresent())
                .toList();
        long right = judged.stream()
                .filter(evaluation -> Answers.isRight(
                        tokenizer.text(evaluation.answer()),
                        evaluation.golden().expected().orElseThrow()))
                .count();
        List<Step> steps = steps(evaluations);
        List<Step> expected = steps(reference);
        double maxDifference = 0;
        for (int index = 0; index < steps.size(); index++) {
            maxDifference = Math.max(maxDifference, steps.get(index).maxDifference(expected.get(index)));
        }
        return "%6d of %d %9d of %d %12.1f %% %18.3f %22.4f"
                .formatted(
                        same,
                        evaluations.size(),
                        right,
                        judged.size(),
                        100.0 * steps.stream().filter(Step::prefersGolden).count() / steps.size(),
                        maxDifference,
                        steps.stream()
                                .mapToDouble(Step::logProbability)
                                .average()
                                .orElseThrow());
    }

    private static List<Step> steps(List<Evaluation> evaluations) {
        return evaluations.stream()
                .flatMap(evaluation -> evaluation.steps().stream())
                .toList();
    }
}
