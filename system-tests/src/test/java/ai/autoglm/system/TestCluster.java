package ai.autoglm.system;

import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The four processes, each a JVM of its own on free ports of this machine. Their output goes to
/// `target/logs/<name>`.
final class TestCluster implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    private final Path logs;
    private final Path bundle;
    private final Map<String, String> extraSettings;
    private final Map<Service, Endpoint> endpoints = FreePorts.endpoints();
    private final Map<Service, Process> processes = new EnumMap<>(Service.class);
    private final HttpClient http = HttpClient.newHttpClient();

    private TestCluster(String name, Map<String, String> extraSettings) {
        this.extraSettings = Map.copyOf(extraSettings);
        logs = Repository.OUTPUT.resolve("logs").resolve(name);
        bundle = bundle();
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /// Starts all services and waits until they serve.
    static TestCluster start(String name) {
        return start(name, Map.of());
    }

    /// The same with settings that all services are given.
    static TestCluster start(String name, Map<String, String> settings) {
        TestCluster cluster = new TestCluster(name, settings);
        try {
            for (Service service : Service.values()) {
                cluster.launch(service);
            }
            for (Service service : Service.values()) {
                cluster.awaitReady(service);
            }
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.kill();
            throw e;
        }
    }

    /// The embedded model, compiled once for all clusters.
    static Path bundle() {
        Path directory = Repository.OUTPUT.resolve("bundle");
        return new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compileIfChanged(Repository.CHECKPOINT, directory)
                .directory();
    }

    ChatApi api() {
        return new ChatApi(gateway());
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + endpoint(Service.GATEWAY).port());
    }

    /// Starts a service that is not running, on the ports it had, and waits until it serves.
    void start(Service service) {
        launch(service);
        awaitReady(service);
    }

    /// Kills a service as a crash would.
    void crash(Service service) {
        process(service).destroyForcibly().onExit().join();
    }

    /// Asks a service to end, and waits until it has.
    void stop(Service service) {
        Process process = process(service);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the " + service + " did not end when it was asked to");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The value of a gauge or counter of a service.
    double metric(Service service, String name) {
        String text = fetch(service, "/q/metrics").body();
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the " + service + " has no metric " + name));
    }

    int managementPort(Service service) {
        return endpoint(service).managementPort();
    }

    /// What a service has printed.
    String log(Service service) {
        try {
            return Files.readString(log(service.label()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log(String label) {
        return logs.resolve(label + ".log");
    }

    /// The processes that run now.
    Map<Service, Long> processIds() {
        return processes.entrySet().stream()
                .filter(entry -> entry.getValue().isAlive())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().pid()));
    }

    /// Physical memory that each process holds; nothing where the system does not tell.
    Map<Service, Long> residentKilobytes() {
        return processIds().entrySet().stream()
                .filter(entry -> Files.exists(status(entry.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> residentKilobytes(status(entry.getValue()))));
    }

    private static Path status(long processId) {
        return Path.of("/proc", Long.toString(processId), "status");
    }

    private static long residentKilobytes(Path status) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Process process : processes.values()) {
            process.destroy();
        }
        for (Process process : processes.values()) {
            process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        }
        kill();
    }

    private void kill() {
        processes.values().forEach(Process::destroyForcibly);
    }

    private void launch(Service service) {
        try {
            Files.createDirectories(logs);
            ProcessBuilder builder = new ProcessBuilder(command(service))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            log(service.label()).toFile()));
            processes.put(service, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Service service) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        settings(service).forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Repository.jar(service).toString());
        return command;
    }

    private Map<String, String> settings(Service service) {
        Endpoint own = endpoint(service);
        Map<String, String> settings = new TreeMap<>(extraSettings);
        settings.put("autoglm.bundle", bundle.toString());
        settings.put("quarkus.management.port", Integer.toString(own.managementPort()));
        if (service == Service.GATEWAY) {
            settings.put("autoglm.http.host", "127.0.0.1");
            settings.put("autoglm.http.port", Integer.toString(own.port()));
            for (Service backend : List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)) {
                settings.put(
                        "autoglm.backends." + backend.label(),
                        "127.0.0.1:" + endpoint(backend).port());
            }
        } else {
            settings.put("quarkus.grpc.server.port", Integer.toString(own.port()));
        }
        return settings;
    }

    private void awaitReady(Service service) {
        Process process = process(service);
        Await.until(START_PATIENCE, "the " + service + " is ready (its log is in " + logs + ")", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the " + service + " ended with status " + process.exitValue()
                        + " while starting; its log is in " + logs);
            }
            return isReady(service);
        });
    }

    private boolean isReady(Service service) {
        try {
            return fetch(service, "/q/health/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private HttpResponse<String> fetch(Service service, String path) {
        URI uri = URI.create("http://127.0.0.1:" + endpoint(service).managementPort() + path);
        try {
            return http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Process process(Service service) {
        Process process = processes.get(service);
        if (process == null) {
            throw new IllegalStateException("the " + service + " was never started");
        }
        return process;
    }

    private Endpoint endpoint(Service service) {
        Endpoint endpoint = endpoints.get(service);
        if (endpoint == null) {
            throw new IllegalArgumentException("no endpoint for " + service);
        }
        return endpoint;
    }
}
