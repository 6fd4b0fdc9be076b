package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Two of each service behind HAProxy, and an address for a third of each that takes the place of one of them. The
/// gateways reach each backend over a cable.
final class Fleet implements AutoCloseable {
    private static final int RUNNING = 2;
    private static final int ADDRESSES = 3;
    /// Of each process: its own, that of its management, of its debugger and of its cable.
    private static final int PORTS = 4;
    /// What a roll waits for at most: the longest grace of a service in this fleet, and then some.
    private static final Duration END_PATIENCE = Duration.ofSeconds(90);
    /// Several of its checks.
    private static final Duration PROXY_PATIENCE = Duration.ofSeconds(20);

    private static final Duration WORK_MEASURED = Duration.ofSeconds(2);

    private final Map<Service, List<TestProcess>> running = new EnumMap<>(Service.class);
    private final Map<Service, TestProcess> spare = new EnumMap<>(Service.class);
    private final Map<TestProcess, Cable> cables = new HashMap<>();
    private final Map<TestProcess, Integer> debugPorts = new HashMap<>();
    private final Haproxy proxy;

    private Fleet(String name) {
        Path logs = Repository.OUTPUT.resolve("logs").resolve(name);
        // All at once, so that none comes twice.
        Iterator<Integer> ports =
                FreePorts.find(1 + PORTS * ADDRESSES * Service.values().length).iterator();
        Map<String, String> backends = new HashMap<>();
        for (Service service : List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)) {
            List<TestProcess> processes = processes(service, ports, logs, Map.of());
            processes.forEach(process -> cables.put(process, new Cable(ports.next(), process.port())));
            backends.put(
                    "autoglm.backends." + service.label(),
                    processes.stream()
                            .map(process -> "127.0.0.1:" + cable(process).port())
                            .collect(Collectors.joining(",")));
        }
        List<TestProcess> gateways = processes(Service.GATEWAY, ports, logs, backends);
        proxy = Haproxy.start(
                ports.next(), gateways.stream().map(TestProcess::address).toList());
    }

    /// Starts all processes and waits until they serve.
    static Fleet start(String name) {
        Fleet fleet = new Fleet(name);
        try {
            fleet.running.values().forEach(processes -> processes.forEach(TestProcess::launch));
            fleet.awaitWhole();
            ChatApi api = fleet.api();
            Await.until(PROXY_PATIENCE, "the proxy has seen a gateway", () -> api.health() == 200);
            return fleet;
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    /// What clients see.
    ChatApi api() {
        return new ChatApi(proxy.address());
    }

    /// The one of the two of a kind that gets more work now: prompts go where their prefix is cached, and a fault
    /// should meet somebody.
    TestProcess busier(Service service) {
        Map<TestProcess, Double> before = work(service);
        Await.pause(WORK_MEASURED);
        Map<TestProcess, Double> after = work(service);
        return running(service).stream()
                .max(Comparator.comparingDouble(process ->
                        Objects.requireNonNull(after.get(process)) - Objects.requireNonNull(before.get(process))))
                .orElseThrow();
    }

    /// Requests and calls that have ended at each of a kind.
    private Map<TestProcess, Double> work(Service service) {
        String counter = switch (service) {
            case GATEWAY -> "autoglm_requests_total";
            case VISION_ENCODER, AUDIO_ENCODER -> "autoglm_encoder_requests_total";
            case DECODER -> "autoglm_decoder_requests_total";
        };
        return running(service).stream()
                .collect(Collectors.toMap(Function.identity(), process -> process.metricSum(counter)));
    }

    Cable cable(TestProcess process) {
        return Objects.requireNonNull(cables.get(process));
    }

    /// Hangs a decoder's engine until the stall is closed.
    EngineStall stall(TestProcess decoder) {
        return EngineStall.of(Objects.requireNonNull(debugPorts.get(decoder)), "decode-loop");
    }

    /// Replaces both of a kind, one after the other: another is started, and when it serves the old one is asked to
    /// end and awaited.
    void roll(Service service) {
        for (int i = 0; i < RUNNING; i++) {
            TestProcess next = Objects.requireNonNull(spare.get(service));
            next.launch();
            next.awaitReady();
            TestProcess old = running(service).removeFirst();
            running(service).add(next);
            spare.put(service, old);
            old.terminate();
            old.awaitEnd(END_PATIENCE);
        }
    }

    /// Waits until two of each kind serve.
    void awaitWhole() {
        running.values().forEach(processes -> processes.forEach(TestProcess::awaitReady));
    }

    /// The sum of a counter over the gateways that run.
    double gateways(String counter) {
        return running(Service.GATEWAY).stream()
                .mapToDouble(gateway -> gateway.metricSum(counter))
                .sum();
    }

    @Override
    public void close() {
        proxy.close();
        running.values().forEach(processes -> processes.forEach(TestProcess::kill));
        spare.values().forEach(TestProcess::kill);
        cables.values().forEach(Cable::close);
    }

    private List<TestProcess> running(Service service) {
        return Objects.requireNonNull(running.get(service));
    }

    private List<TestProcess> processes(Service service, Iterator<Integer> ports, Path logs, Map<String, String> own) {
        List<TestProcess> processes = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            Map<String, String> settings = new HashMap<>(own);
            settings.put("autoglm.bundle", TestCluster.bundle().toString());
            settings.put(
                    "autoglm." + (service == Service.GATEWAY ? "http" : service.label()) + ".shutdown-grace", "60s");
            if (service == Service.GATEWAY) {
                // Longer than the proxy needs to see that it is not ready.
                settings.put("autoglm.http.shutdown-linger", "6s");
            }
            List<String> options = new ArrayList<>();
            int debugPort = ports.next();
            if (service == Service.DECODER) {
                // The default is made for slow processors: it would sit a hang of ten seconds out.
                settings.put("autoglm.decoder.step-timeout", "3s");
                options.add(EngineStall.option(debugPort));
            }
            Endpoint endpoint = new Endpoint(service, "127.0.0.1", ports.next(), ports.next());
            TestProcess process =
                    new TestProcess(endpoint, logs.resolve(service.label() + "-" + i + ".log"), settings, options);
            debugPorts.put(process, debugPort);
            processes.add(process);
        }
        running.put(service, new ArrayList<>(processes.subList(0, RUNNING)));
        spare.put(service, processes.getLast());
        return processes;
    }
}
