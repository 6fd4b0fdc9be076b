package ai.autoglm.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program that was started, with what it prints in files.
final class Command implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final Path errors;

    /// What a program left when it ended.
    record Result(int status, String output, String errors) {
        Result requireSuccess() {
            if (status != 0) {
                throw new AssertionError("ended with status " + status + ": " + output + errors);
            }
            return this;
        }
    }

    private Command(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// Starts a program.
    ///
    /// @param environment beside the environment of the tests
    static Command start(Path directory, Map<String, String> environment, List<String> command) {
        try {
            Files.createDirectories(Repository.OUTPUT);
            Path output = Files.createTempFile(Repository.OUTPUT, "command-", ".out");
            Path errors = Files.createTempFile(Repository.OUTPUT, "command-", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            return new Command(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program to its end.
    static Result run(Path directory, Duration patience, List<String> command) throws InterruptedException {
        try (Command started = start(directory, Map.of(), command)) {
            return started.await(patience);
        }
    }

    /// Waits until the program ends.
    Result await(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + patience.toSeconds() + " s: " + output() + errors());
        }
        return new Result(process.exitValue(), output(), errors());
    }

    /// What it has printed so far.
    String output() {
        return read(output);
    }

    String errors() {
        return read(errors);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Sends a signal, such as `INT`.
    void signal(String name) throws InterruptedException {
        run(Repository.ROOT, Duration.ofSeconds(10), List.of("kill", "-" + name, Long.toString(process.pid())))
                .requireSuccess();
    }

    /// This process and all that it has started.
    List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /// Kills what still runs.
    @Override
    public void close() {
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
