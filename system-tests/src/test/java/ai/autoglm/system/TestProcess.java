package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One service in a JVM of its own. Its output goes to a log file.
final class TestProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Endpoint endpoint;
    private final Path log;
    private final Map<String, String> settings;
    private final List<String> options;
    private @Nullable Process process;

    /// A process that is not started yet.
    ///
    /// @param settings configuration keys beside those of the ports
    TestProcess(Endpoint endpoint, Path log, Map<String, String> settings) {
        this(endpoint, log, settings, List.of());
    }

    /// The same with further options of the JVM.
    TestProcess(Endpoint endpoint, Path log, Map<String, String> settings, List<String> options) {
        this.options = List.copyOf(options);
        this.endpoint = endpoint;
        this.log = log;
        this.settings = new TreeMap<>(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    Service service() {
        return endpoint.service();
    }

    int port() {
        return endpoint.port();
    }

    int managementPort() {
        return endpoint.managementPort();
    }

    /// As a gateway's list of backends has it.
    String address() {
        return "127.0.0.1:" + port();
    }

    long processId() {
        return process().pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /// Starts it, on the ports that it had when it has run before.
    void launch() {
        try {
            Files.createDirectories(log.getParent());
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until it serves.
    void awaitReady() {
        Await.until(START_PATIENCE, "the " + service() + " is ready (its log is " + log + ")", () -> {
            if (!isAlive()) {
                throw new AssertionError("the " + service() + " ended with status "
                        + process().exitValue() + " while starting; its log is " + log);
            }
            return isReady();
        });
    }

    /// Kills it as a crash would.
    void crash() {
        process().destroyForcibly().onExit().join();
    }

    /// Asks it to end, and waits until it has.
    void stop() {
        terminate();
        awaitEnd(STOP_PATIENCE);
    }

    /// Asks it to end.
    void terminate() {
        process().destroy();
    }

    /// Waits until it has ended.
    void awaitEnd(Duration patience) {
        try {
            if (!process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the " + service() + " did not end within " + patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends a signal, such as `STOP`.
    void signal(String name) {
        try {
            Command.run(
                            Repository.ROOT,
                            Duration.ofSeconds(10),
                            List.of("kill", "-" + name, Long.toString(process().pid())))
                    .requireSuccess();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether it answers that it is ready; a gateway, that the whole service is.
    boolean isReady() {
        return answers(service() == Service.GATEWAY ? "/q/health/group/service" : "/q/health/ready");
    }

    /// Whether its management port answers a path with 200.
    boolean answers(String path) {
        try {
            return fetch(path).statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /// The value of a gauge or counter: of the first series whose name and labels begin so.
    double metric(String name) {
        return series(name)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the " + service() + " has no metric " + name));
    }

    /// The sum of all series of a counter or gauge; 0 where it has none yet.
    double metricSum(String name) {
        return series(name).sum();
    }

    /// What it has logged so far.
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> fetch(String path) {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.managementPort() + path);
        return Http.send(
                HTTP,
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /// Ends it, at the latest after ten seconds.
    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
            process.destroyForcibly();
        }
    }

    private DoubleStream series(String name) {
        Stream<String> lines = fetch("/q/metrics").body().lines();
        return lines.filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        settings().forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Repository.jar(service()).toString());
        return command;
    }

    private Map<String, String> settings() {
        Map<String, String> all = new TreeMap<>();
        all.put("quarkus.management.port", Integer.toString(endpoint.managementPort()));
        String stage = service() == Service.GATEWAY ? "http" : service().label();
        all.put("autoglm." + stage + ".shutdown-delay", "0s");
        all.put("autoglm." + stage + ".shutdown-grace", "5s");
        if (service() == Service.GATEWAY) {
            all.put("autoglm.http.host", "127.0.0.1");
            all.put("autoglm.http.port", Integer.toString(port()));
            all.put("autoglm.http.shutdown-linger", "0s");
        } else {
            all.put("quarkus.grpc.server.port", Integer.toString(port()));
        }
        all.putAll(settings);
        return all;
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("the " + service() + " was never started");
        }
        return process;
    }
}
