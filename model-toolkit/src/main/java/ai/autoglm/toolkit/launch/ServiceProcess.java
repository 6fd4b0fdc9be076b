package ai.autoglm.toolkit.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One running service. Its output goes to a file and, with the service's name before each line, to the terminal.
final class ServiceProcess {
    private final Service service;
    private final Process process;
    private final Thread log;

    private ServiceProcess(Service service, Process process, Thread log) {
        this.service = service;
        this.process = process;
        this.log = log;
    }

    /// Starts the service from its quarkus-run.jar.
    static ServiceProcess start(ServiceLaunch launch, Path jar, Path logFile, PrintStream terminal) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(launch, jar)).redirectErrorStream(true);
        builder.environment().putAll(launch.environment());
        Process process = builder.start();
        Service service = launch.endpoint().service();
        Thread log = Thread.ofPlatform()
                .name("log-" + service)
                .daemon()
                .start(() -> copyOutput(service, process, logFile, terminal));
        return new ServiceProcess(service, process, log);
    }

    private static List<String> command(ServiceLaunch launch, Path jar) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-XX:+ExitOnOutOfMemoryError");
        // Four JVMs share the machine: the heap holds requests, not weights.
        command.add("-Xmx1g");
        launch.settings().forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(jar.toString());
        return command;
    }

    private static void copyOutput(Service service, Process process, Path logFile, PrintStream terminal) {
        String prefix = "%-17s".formatted("[" + service + "]");
        try (BufferedReader output = process.inputReader();
                PrintWriter file = new PrintWriter(Files.newBufferedWriter(logFile), true)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                file.println(line);
                terminal.println(prefix + line);
            }
        } catch (IOException e) {
            terminal.println(prefix + "log ended: " + e.getMessage());
        }
    }

    Service service() {
        return service;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<ServiceProcess> onExit() {
        return process.onExit().thenApply(_ -> this);
    }

    /// The status it ended with; only for a process that has ended.
    int exitValue() {
        return process.exitValue();
    }

    /// Ends it at once.
    void kill() {
        process.destroyForcibly();
    }

    /// Asks it to stop; kills it when it has not stopped in time.
    void stop(Duration patience) {
        // Not Process.destroy: it would close the pipe that the last log lines come through.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
            log.join(patience);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
