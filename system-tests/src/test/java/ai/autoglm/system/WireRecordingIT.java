package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Records what this release says, for the next one to read. Run by hand once a release, with
/// `-Dautoglm.wire.record=system-tests/src/test/resources/wire/<release>.bin`.
@EnabledIfSystemProperty(named = "autoglm.wire.record", matches = ".+", disabledReason = "records only when asked to")
final class WireRecordingIT {
    private final Map<Service, WireRelay> relays = new EnumMap<>(Service.class);

    @Test
    void recordsOneRequestOfEachKind() {
        try (TestCluster cluster = TestCluster.start("wire-recording", this::relayed)) {
            ChatApi api = cluster.api();
            assertThat(api.send(WireRequests.text()).status()).isEqualTo(200);
            assertThat(api.send(WireRequests.everything()).status()).isEqualTo(200);
            assertThat(api.send(WireRequests.constrained()).status()).isEqualTo(200);
            assertThat(api.send(WireRequests.brokenAudio()).status()).isEqualTo(400);
        }
        new WireRecording(relays.values().stream()
                        .flatMap(relay -> relay.calls().stream())
                        .toList())
                .write(Repository.ROOT.resolve(Path.of(System.getProperty("autoglm.wire.record"))));
        relays.values().forEach(WireRelay::close);
    }

    private Map<Service, String> relayed(Map<Service, String> addresses) {
        Map<Service, String> relayed = new EnumMap<>(Service.class);
        addresses.forEach((service, address) -> {
            WireRelay relay = new WireRelay(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
            relays.put(service, relay);
            relayed.put(service, "127.0.0.1:" + relay.port());
        });
        return relayed;
    }
}
