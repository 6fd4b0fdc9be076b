package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway process looks names up anew: the JVM, which would keep an address for thirty seconds, has been told
/// not to.
final class NameChangeIT {
    private static final Duration START_PATIENCE = Duration.ofMinutes(1);
    /// Two look-ups two seconds apart, and half of what the JVM would take.
    private static final Duration CHANGE_PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    @Test
    void theNumberOfGatewaysFollowsTheirNameWithinSeconds() throws IOException {
        Path hosts = directory.resolve("hosts");
        name(hosts, "127.0.0.1", "127.0.0.2");
        try (TestProcess gateway = gateway(hosts)) {
            gateway.launch();
            Await.until(START_PATIENCE, "it is ready", () -> gateway.answers("/q/health/ready"));
            awaitGateways(gateway, 2);

            name(hosts, "127.0.0.1", "127.0.0.2", "127.0.0.3");
            awaitGateways(gateway, 3);

            name(hosts, "127.0.0.3");
            awaitGateways(gateway, 1);
        }
    }

    private static void awaitGateways(TestProcess gateway, int count) {
        Await.until(CHANGE_PATIENCE, count + " gateways are known", () -> gateway.metric("autoglm_gateways") == count);
    }

    private static void name(Path hosts, String... addresses) throws IOException {
        Files.writeString(
                hosts,
                Stream.of(addresses)
                        .map(address -> address + " gateways.test\n")
                        .collect(Collectors.joining()));
    }

    private static TestProcess gateway(Path hosts) {
        return new TestProcess(
                Objects.requireNonNull(FreePorts.endpoints().get(Service.GATEWAY)),
                Repository.OUTPUT.resolve("logs/name-change/gateway.log"),
                Map.of(
                        "autoglm.bundle",
                        TestCluster.bundle().toString(),
                        "autoglm.admission.gateways",
                        "dns:gateways.test:9100"),
                List.of("-Djdk.net.hosts.file=" + hosts));
    }
}
