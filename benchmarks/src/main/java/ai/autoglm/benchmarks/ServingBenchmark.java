package ai.autoglm.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints what one run measures: tokens per second at batch 1, 4 and 8, time to first token, encoder time.
@Command(
        name = "serving-benchmark",
        mixinStandardHelpOptions = true,
        description = "Measures a running server. Prints medians with minimum and maximum.")
final class ServingBenchmark implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLISECOND = 1e6;

    @Option(names = "--url", defaultValue = "http://127.0.0.1:8000", description = "The endpoint.")
    private URI url;

    @Option(names = "--management", defaultValue = "http://127.0.0.1:9100", description = "The gateway's metrics.")
    private URI management;

    @Option(names = "--image", required = true, description = "A screenshot (PNG).")
    private Path image;

    @Option(names = "--audio", required = true, description = "A recording (WAV).")
    private Path audio;

    @Option(names = "--runs", defaultValue = "7", description = "Measurements of each figure.")
    private int runs;

    @Option(names = "--tokens", defaultValue = "128", description = "Tokens of each answer.")
    private int tokens;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ServingBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        StreamingClient client = new StreamingClient(url);
        ObjectNode question = StreamingClient.text("Who are you?");
        for (int warmUp = 0; warmUp < 5; warmUp++) {
            client.generate(tokens, question);
        }
        double single = 0;
        for (int batch : new int[] {1, 4, 8}) {
            Median rate = throughput(client, batch, question);
            single = batch == 1 ? rate.median() : single;
            System.out.printf(
                    "decode, batch %d: %s, %.2f times batch 1%n",
                    batch, rate.format("tokens/s"), rate.median() / single);
        }
        System.out.println("time to first token, text: " + firstToken(client, () -> new ObjectNode[] {question}));
        Screenshots screenshots = new Screenshots(image);
        encoder(client, "vision-encoder", "screenshot", () -> new ObjectNode[] {
            StreamingClient.image(screenshots.unseen()), StreamingClient.text("Describe the screen")
        });
        byte[] sound = Files.readAllBytes(audio);
        encoder(client, "audio-encoder", "speech", () -> new ObjectNode[] {StreamingClient.audio(varied(sound))});
        return 0;
    }

    private void encoder(StreamingClient client, String encoder, String medium, Callable<ObjectNode[]> parts)
            throws IOException, InterruptedException {
        EncoderClock clock = new EncoderClock(management, encoder);
        firstToken(client, parts);
        double before = clock.seconds();
        System.out.println("time to first token, " + medium + ": " + firstToken(client, parts));
        System.out.printf("%s: %.1f ms a medium (mean)%n", encoder, (clock.seconds() - before) / runs * 1e3);
    }

    private Median throughput(StreamingClient client, int batch, ObjectNode question)
            throws InterruptedException, ExecutionException {
        double[] rates = new double[runs];
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            int total = 0;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<StreamTiming>> answers = new ArrayList<>();
                for (int index = 0; index < batch; index++) {
                    answers.add(threads.submit(() -> client.generate(tokens, question)));
                }
                for (Future<StreamTiming> answer : answers) {
                    total += answer.get().completionTokens();
                }
            }
            rates[run] = total / ((System.nanoTime() - start) / NANOS_PER_SECOND);
        }
        return Median.of(rates);
    }

    private String firstToken(StreamingClient client, Callable<ObjectNode[]> parts)
            throws IOException, InterruptedException {
        double[] times = new double[runs];
        for (int run = 0; run < runs; run++) {
            ObjectNode[] content;
            try {
                content = parts.call();
            } catch (Exception e) {
                throw new IOException("Cannot prepare a request", e);
            }
            times[run] = client.generate(2, content).firstTokenNanos() / NANOS_PER_MILLISECOND;
        }
        return Median.of(times).format("ms");
    }

    /// The same sound with another last sample: no cache has seen it.
    private static byte[] varied(byte[] wav) {
        byte[] copy = wav.clone();
        copy[copy.length - 2] = (byte) System.nanoTime();
        copy[copy.length - 4] = (byte) (System.nanoTime() >> 8);
        return copy;
    }
}
