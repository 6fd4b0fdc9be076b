package ai.autoglm.helm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a program of the machine to its end.
final class Program {
    private Program() {}

    /// What a program printed, errors included, and how it ended.
    record Result(int status, String output) {
        String requireSuccess() {
            if (status != 0) {
                throw new AssertionError("ended with status " + status + ": " + output);
            }
            return output;
        }
    }

    /// Skips the test where a program is missing, unless the environment variable `require` is 1.
    static void requireInstalled(String program, String require) {
        if (!"1".equals(System.getenv(require))) {
            assumeTrue(
                    run(Chart.ROOT, "", List.of("sh", "-c", "command -v " + program))
                                    .status()
                            == 0,
                    program + " is not installed");
        }
    }

    static Result run(Path directory, String input, List<String> command) {
        try {
            Path given = Files.createTempFile("program-", ".in");
            Path printed = Files.createTempFile("program-", ".out");
            try {
                Files.writeString(given, input);
                Process process = new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(given.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
                if (!process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " does not end: " + Files.readString(printed));
                }
                return new Result(process.exitValue(), Files.readString(printed, StandardCharsets.UTF_8));
            } finally {
                Files.delete(given);
                Files.delete(printed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
