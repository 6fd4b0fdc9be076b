package ai.autoglm.system;

import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The four processes, each a JVM of its own on free ports of this machine. Their output goes to
/// `target/logs/<name>`.
final class TestCluster implements AutoCloseable {
    private static final List<Service> BACKENDS =
            List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER);

    private final Map<Service, TestProcess> processes = new EnumMap<>(Service.class);

    /// @param settings that a service is given
    /// @param reached where the gateway looks for each backend; those that are missing are found at their own
    ///     ports
    private TestCluster(
            String name, Function<Service, Map<String, String>> settings, UnaryOperator<Map<Service, String>> reached) {
        Path logs = Repository.OUTPUT.resolve("logs").resolve(name);
        Map<Service, Endpoint> endpoints = FreePorts.endpoints();
        Map<Service, String> addresses = new EnumMap<>(Service.class);
        for (Service service : BACKENDS) {
            TestProcess process = process(endpoints, service, logs, settings.apply(service));
            processes.put(service, process);
            addresses.put(service, process.address());
        }
        Map<String, String> gateway = new TreeMap<>(settings.apply(Service.GATEWAY));
        reached.apply(addresses)
                .forEach((service, address) -> gateway.put("autoglm.backends." + service.label(), address));
        processes.put(Service.GATEWAY, process(endpoints, Service.GATEWAY, logs, gateway));
    }

    /// Starts all services and waits until they serve.
    static TestCluster start(String name) {
        return start(name, Map.of());
    }

    /// The same with settings that all services are given. Without `autoglm.bundle` they serve the embedded model.
    static TestCluster start(String name, Map<String, String> settings) {
        return start(name, _ -> settings, UnaryOperator.identity());
    }

    /// The same with settings of each service's own.
    static TestCluster startEach(String name, Function<Service, Map<String, String>> settings) {
        return start(name, settings, UnaryOperator.identity());
    }

    /// Starts all services, with something between the gateway and its backends.
    ///
    /// @param reached turns the backends' own addresses into those at which the gateway reaches them
    static TestCluster start(String name, UnaryOperator<Map<Service, String>> reached) {
        return start(name, _ -> Map.of(), reached);
    }

    private static TestCluster start(
            String name, Function<Service, Map<String, String>> settings, UnaryOperator<Map<Service, String>> reached) {
        TestCluster cluster = new TestCluster(name, settings, reached);
        try {
            cluster.processes.values().forEach(TestProcess::launch);
            cluster.processes.values().forEach(TestProcess::awaitReady);
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
        return URI.create("http://" + process(Service.GATEWAY).address());
    }

    /// Starts a service that is not running, on the ports it had, and waits until it serves and the gateway
    /// knows.
    void start(Service service) {
        process(service).launch();
        process(service).awaitReady();
        process(Service.GATEWAY).awaitReady();
    }

    /// Kills a service as a crash would.
    void crash(Service service) {
        process(service).crash();
    }

    /// Asks a service to end, and waits until it has.
    void stop(Service service) {
        process(service).stop();
    }

    /// The value of a gauge or counter of a service.
    double metric(Service service, String name) {
        return process(service).metric(name);
    }

    int managementPort(Service service) {
        return process(service).managementPort();
    }

    /// What a service has printed.
    String log(Service service) {
        return process(service).log();
    }

    /// The processes that run now.
    Map<Service, Long> processIds() {
        return processes.values().stream()
                .filter(TestProcess::isAlive)
                .collect(Collectors.toMap(TestProcess::service, TestProcess::processId));
    }

    /// Physical memory that each process holds; nothing where the system does not tell.
    Map<Service, Long> residentKilobytes() {
        return processIds().entrySet().stream()
                .filter(entry -> Files.exists(status(entry.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> residentKilobytes(status(entry.getValue()))));
    }

    TestProcess process(Service service) {
        TestProcess process = processes.get(service);
        if (process == null) {
            throw new IllegalArgumentException("no process of " + service);
        }
        return process;
    }

    @Override
    public void close() {
        processes.values().forEach(process -> {
            if (process.isAlive()) {
                process.terminate();
            }
        });
        processes.values().forEach(TestProcess::close);
    }

    private void kill() {
        processes.values().forEach(TestProcess::kill);
    }

    private static TestProcess process(
            Map<Service, Endpoint> endpoints, Service service, Path logs, Map<String, String> own) {
        Map<String, String> settings = new TreeMap<>(own);
        settings.computeIfAbsent("autoglm.bundle", _ -> bundle().toString());
        Endpoint endpoint = Objects.requireNonNull(endpoints.get(service));
        return new TestProcess(endpoint, logs.resolve(service.label() + ".log"), settings);
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
}
