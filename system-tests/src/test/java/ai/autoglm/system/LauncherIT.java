package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens at the terminal: `sh run_autoglm_server.sh` and its options.
final class LauncherIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String KEY = "a-key-that-only-this-test-knows";

    @TempDir
    private Path elsewhere = Path.of("");

    @Test
    void servesFromAnyFolderUntilItIsInterrupted() throws InterruptedException {
        Map<Service, Endpoint> endpoints = FreePorts.endpoints();
        try (Command server = script(endpoints, "--host", "127.0.0.1", "--api-key", KEY)) {
            awaitLine(server, "Application startup complete.");
            List<ProcessHandle> processes = server.processes();

            assertThat(server.output().lines())
                    .filteredOn(line -> line.startsWith("INFO:     Started ") && line.contains(" process ["))
                    .hasSize(Service.values().length);
            assertThat(server.output())
                    .contains("INFO:     Waiting for application startup.")
                    .contains("running on http://127.0.0.1:" + port(endpoints, Service.GATEWAY));
            assertNeedsTheKey(new ChatApi(URI.create("http://127.0.0.1:" + port(endpoints, Service.GATEWAY))));

            server.signal("INT");
            server.await(Duration.ofSeconds(40));
            assertThat(processes).hasSize(1 + Service.values().length).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void namesThePortThatIsInUseAndItsService() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<Service, Endpoint> endpoints = FreePorts.endpoints();
            int port = taken.getLocalPort();
            endpoints.put(Service.DECODER, new Endpoint(Service.DECODER, "127.0.0.1", port, port));

            Command.Result result = serve(options(endpoints));

            assertThat(result.status()).isNotZero();
            assertThat(result.errors().lines())
                    .singleElement()
                    .satisfies(sentence -> assertThat(sentence)
                            .contains("Port " + port)
                            .contains("decoder")
                            .contains("already in use"));
        }
    }

    @Test
    void warnsWhoeverListensBeyondThisMachineWithoutAKey() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<Service, Endpoint> endpoints = FreePorts.endpoints();
            int port = taken.getLocalPort();
            endpoints.put(Service.DECODER, new Endpoint(Service.DECODER, "127.0.0.1", port, port));
            List<String> options = new ArrayList<>(options(endpoints));

            options.addAll(List.of("--host", "0.0.0.0"));
            assertThat(serve(options).output()).startsWith("WARNING:").contains("--api-key");
            options.addAll(List.of("--api-key", KEY));
            assertThat(serve(options).output()).doesNotContain("WARNING:");
        }
    }

    @Test
    void saysInOneSentenceWhatIsWrongWithACheckpoint() throws IOException, InterruptedException {
        Path broken = Files.createDirectory(elsewhere.resolve("broken"));
        try (var files = Files.list(Repository.CHECKPOINT)) {
            for (Path file : files.toList()) {
                Files.copy(file, broken.resolve(file.getFileName()));
            }
        }
        byte[] weights = Files.readAllBytes(broken.resolve("model.safetensors"));
        Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));

        Command.Result result = serve(List.of("--model", broken.toString()));

        assertThat(result.status()).isNotZero();
        assertThat(result.errors()
                        .lines()
                        .filter(line -> line.startsWith("autoglm: "))
                        .toList())
                .singleElement()
                .asString()
                .contains("model.safetensors");
        assertThat(result.errors()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void explainsItsOptions() throws InterruptedException {
        Command.Result help = serve(List.of("--help"));

        assertThat(help.status()).isZero();
        assertThat(help.output())
                .contains(
                        "--host",
                        "--port",
                        "--model",
                        "--served-model-name",
                        "--precision",
                        "--max-model-len",
                        "--max-num-seqs",
                        "--api-key");
    }

    private static void assertNeedsTheKey(ChatApi api) {
        byte[] question = Json.write(GoldenCase.named("text-en").request()).getBytes(StandardCharsets.UTF_8);

        ChatAnswer withoutKey = api.send(question, Map.of());
        assertThat(withoutKey.status()).isEqualTo(401);
        assertThat(withoutKey.errorCode()).isEqualTo("invalid_api_key");
        assertThat(withoutKey.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(api.send(question, Map.of("Authorization", "Bearer wrong")).status())
                .isEqualTo(401);
        assertThat(api.send(question, Map.of("Authorization", "Bearer " + KEY)).content())
                .isEqualTo(GoldenCase.named("text-en").greedyText());
    }

    /// The script as users type it; what it runs has been built already.
    private Command script(Map<Service, Endpoint> endpoints, String... more) {
        // A program started in the background of a shell ignores interrupts unless told otherwise.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                "sh",
                Repository.ROOT.resolve("run_autoglm_server.sh").toString()));
        command.addAll(options(endpoints));
        command.addAll(List.of(more));
        return Command.start(elsewhere, Map.of("AUTOGLM_SKIP_BUILD", "1"), command);
    }

    /// `autoglm serve` in a home of its own, which holds no service: for what comes before they are started.
    private Command.Result serve(List<String> options) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dautoglm.home=" + elsewhere,
                "-cp",
                Repository.ROOT.resolve("model-toolkit/target/classes") + ":"
                        + Repository.ROOT.resolve("model-toolkit/target/lib/*"),
                "ai.autoglm.toolkit.command.Autoglm",
                "serve"));
        command.addAll(options);
        return Command.run(elsewhere, PATIENCE, command);
    }

    private static List<String> options(Map<Service, Endpoint> endpoints) {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--model", TestCluster.bundle().toString()));
        options.addAll(List.of("--port", Integer.toString(port(endpoints, Service.GATEWAY))));
        for (Endpoint endpoint : endpoints.values()) {
            if (endpoint.service() != Service.GATEWAY) {
                options.addAll(List.of("--service-port", endpoint.service() + "=" + endpoint.port()));
            }
            options.addAll(List.of("--management-port", endpoint.service() + "=" + endpoint.managementPort()));
        }
        return options;
    }

    private static int port(Map<Service, Endpoint> endpoints, Service service) {
        Endpoint endpoint = endpoints.get(service);
        if (endpoint == null) {
            throw new IllegalArgumentException("no endpoint for " + service);
        }
        return endpoint.port();
    }

    private static void awaitLine(Command server, String text) {
        Await.until(PATIENCE, text, () -> {
            if (!server.isAlive()) {
                throw new AssertionError("the launcher ended: " + server.output() + server.errors());
            }
            return server.output().contains(text);
        });
    }
}
