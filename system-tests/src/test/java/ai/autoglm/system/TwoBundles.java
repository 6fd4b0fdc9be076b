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
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A gateway that serves two bundles under one name, and one backend of each kind for each of them. All requests go
/// to the blue one at first.
final class TwoBundles implements AutoCloseable {
    private static final List<Service> BACKENDS =
            List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER);
    private static final Pattern REQUEST = Pattern.compile(" request=(\\S+) ");

    /// The backends of one bundle.
    record Side(Path bundle, Map<Service, TestProcess> processes) {
        TestProcess process(Service service) {
            return Objects.requireNonNull(processes.get(service));
        }

        /// Calls that have ended at each backend, however.
        Map<Service, Double> work() {
            return processes.values().stream()
                    .collect(Collectors.toMap(
                            TestProcess::service,
                            process -> process.metricSum(
                                    process.service() == Service.DECODER
                                            ? "autoglm_decoder_requests_total"
                                            : "autoglm_encoder_requests_total")));
        }
    }

    private final Side blue;
    private final Side green;
    private final TestProcess gateway;
    private final Path models;

    private TwoBundles(Path logs) {
        models = logs.resolve("models");
        blue = side(TestCluster.bundle(), logs.resolve("blue"));
        green = side(sameWeightsAgain(), logs.resolve("green"));
        Map<String, String> settings = new HashMap<>();
        settings.put("autoglm.model.file", models.toString());
        for (Service service : BACKENDS) {
            settings.put(
                    "autoglm.backends." + service.label(),
                    blue.process(service).address() + ","
                            + green.process(service).address());
        }
        gateway = process(Service.GATEWAY, logs, settings);
        weigh(100, 0);
    }

    /// Starts all processes and waits until they serve.
    static TwoBundles start(String name) {
        TwoBundles bundles =
                new TwoBundles(emptied(Repository.OUTPUT.resolve("logs").resolve(name)));
        try {
            bundles.processes().forEach(TestProcess::launch);
            bundles.processes().forEach(TestProcess::awaitReady);
            return bundles;
        } catch (RuntimeException | Error e) {
            bundles.processes().forEach(TestProcess::kill);
            throw e;
        }
    }

    ChatApi api() {
        return new ChatApi(URI.create("http://" + gateway.address()));
    }

    TestProcess gateway() {
        return gateway;
    }

    Side blue() {
        return blue;
    }

    Side green() {
        return green;
    }

    /// Changes the weights of new requests, as whoever rolls a model out does: the file is replaced.
    void weigh(int ofBlue, int ofGreen) {
        try {
            Path fresh = models.resolveSibling("models.new");
            Files.writeString(
                    fresh,
                    "%1$s %2$d %3$s\n%1$s %4$d %5$s\n"
                            .formatted(ChatRequests.MODEL, ofBlue, blue.bundle(), ofGreen, green.bundle()));
            Files.move(fresh, models, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The requests that a process has written a line about.
    static Set<String> requests(Side side, Service service) {
        return REQUEST.matcher(side.process(service).log())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        processes().forEach(TestProcess::close);
    }

    private List<TestProcess> processes() {
        return Stream.of(blue.processes().values().stream(), green.processes().values().stream(), Stream.of(gateway))
                .flatMap(processes -> processes)
                .toList();
    }

    private static Side side(Path bundle, Path logs) {
        Map<Service, TestProcess> processes = new EnumMap<>(Service.class);
        for (Service service : BACKENDS) {
            processes.put(service, process(service, logs, Map.of("autoglm.bundle", bundle.toString())));
        }
        return new Side(bundle, processes);
    }

    private static TestProcess process(Service service, Path logs, Map<String, String> settings) {
        Endpoint endpoint = Objects.requireNonNull(FreePorts.endpoints().get(service));
        return new TestProcess(endpoint, logs.resolve(service.label() + ".log"), settings);
    }

    /// The embedded model with an empty line more in one of its files: another checkpoint, and so another bundle.
    private static Path sameWeightsAgain() {
        Path checkpoint = emptied(Repository.OUTPUT.resolve("checkpoint-again"));
        try (Stream<Path> files = Files.list(Repository.CHECKPOINT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, checkpoint.resolve(file.getFileName()));
            }
            Path changed = checkpoint.resolve("generation_config.json");
            Files.writeString(changed, Files.readString(changed) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compileIfChanged(checkpoint, Repository.OUTPUT.resolve("bundle-again"))
                .directory();
    }

    /// The folder, which is made where it is missing, without what an earlier run has left.
    private static Path emptied(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
