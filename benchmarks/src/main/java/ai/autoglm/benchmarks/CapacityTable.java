package ai.autoglm.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints how many requests a second fleets of different sizes take, by simulation with given step times.
@Command(
        name = "capacity",
        mixinStandardHelpOptions = true,
        description = "Simulates fleets and prints, for each, the most requests a second within the limit.")
final class CapacityTable implements Callable<Integer> {
    private static final int REQUESTS = 4000;
    private static final long SEED = 1;

    @Option(names = "--step-times", required = true, description = "File below benchmarks/step-times.")
    private Path stepTimes;

    @Option(names = "--prompt-tokens", defaultValue = "5800", description = "Of a request, its screenshot included.")
    private int promptTokens;

    @Option(names = "--cached-tokens", defaultValue = "2200", description = "Of these, in the prefix cache.")
    private int cachedTokens;

    @Option(names = "--answer-tokens", defaultValue = "80", description = "On average.")
    private int answerTokens;

    @Option(
            names = "--slots",
            defaultValue = "4",
            description = "Sequences of a decoder side by side, without those for resumed work.")
    private int slots;

    @Option(names = "--prefill-chunk", defaultValue = "256", description = "Prompt tokens of a step.")
    private int prefillChunk;

    @Option(names = "--limit", defaultValue = "4", description = "Seconds to the first token, p95.")
    private double limit;

    @Option(
            names = "--fleet",
            split = ",",
            defaultValue = "1x1,1x3,2x6,3x13",
            description = "Fleets as <vision encoders>x<decoders>. Default: ${DEFAULT-VALUE}.")
    private List<String> fleets;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CapacityTable()).execute(arguments));
    }

    @Override
    public Integer call() {
        StepTimes times = StepTimes.read(stepTimes);
        FleetWorkload workload = new FleetWorkload(promptTokens, cachedTokens, answerTokens);
        System.out.println(times.source());
        System.out.printf(
                Locale.ROOT,
                "%d prompt tokens (%d cached), %d answer tokens, %d slots, chunks of %d,"
                        + " first token within %.1f s for 95 of 100%n",
                promptTokens,
                cachedTokens,
                answerTokens,
                slots,
                prefillChunk,
                limit);
        System.out.println("| vision encoders | decoders | requests/s | requests/s for each card |");
        System.out.println("|---|---|---|---|");
        for (String text : fleets) {
            int middle = text.indexOf('x');
            Fleet fleet = new Fleet(
                    Integer.parseInt(text, 0, middle, 10),
                    Integer.parseInt(text, middle + 1, text.length(), 10),
                    slots,
                    prefillChunk);
            double capacity = new FleetSimulation(times, fleet, workload, REQUESTS, SEED).capacity(limit);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %.2f | %.3f |%n",
                    fleet.visionEncoders(),
                    fleet.decoders(),
                    capacity,
                    capacity / (fleet.visionEncoders() + fleet.decoders()));
        }
        return 0;
    }
}
