package ai.autoglm.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.gateway.discovery.DiscoveredEndpoint;
import ai.autoglm.gateway.discovery.Discovery;
import ai.autoglm.gateway.discovery.DiscoveryConfig;
import ai.autoglm.gateway.testing.TestConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoundGatewaysTest {
    private static final Caller CALLER = new Caller("a");

    @Test
    void areAsManyAsTheConfigurationSaysWhereItDoesNotSayWhereTheyAre() {
        assertThat(gateways(Map.of()).current()).isEqualTo(1);
        assertThat(gateways(Map.of("autoglm.admission.gateway-count", "3")).current())
                .isEqualTo(3);
    }

    @Test
    void areCountedWhereTheConfigurationSaysThatTheyAre() {
        FoundGateways gateways = gateways(Map.of(
                "autoglm.admission.gateway-count", "7",
                "autoglm.admission.gateways", "10.0.0.1:9100,10.0.0.2:9100,10.0.0.3:9100"));

        assertThat(gateways.current()).isEqualTo(3);
    }

    @Test
    void thoseThatStartOrEndHaveNoPart() {
        FoundGateways gateways = gateways(Map.of());

        gateways.update(Set.of(gateway(1, true), gateway(2, true), gateway(3, false)));
        assertThat(gateways.current()).isEqualTo(2);

        gateways.update(Set.of(gateway(3, false)));
        assertThat(gateways.current()).as("this one is there in any case").isEqualTo(1);
    }

    @Test
    void limitsFollowTheirNumber() {
        FoundGateways gateways = gateways(Map.of());
        Map<String, String> settings =
                Map.of("autoglm.admission.requests-per-minute", "60", "autoglm.admission.concurrency-per-key", "5");
        KeyLimits limits =
                new KeyLimits(TestConfig.of(AdmissionConfig.class, settings), _ -> KeySettings.NONE, gateways);
        RateLimits rates = new RateLimits(limits);
        assertThat(rates.headers(CALLER)).containsEntry("x-ratelimit-limit-requests", "60");

        gateways.update(Set.of(gateway(1, true), gateway(2, true), gateway(3, true)));
        assertThat(rates.headers(CALLER)).containsEntry("x-ratelimit-limit-requests", "20");
        assertThat(limits.concurrency(CALLER).orElseThrow().part()).isEqualTo(2);

        gateways.update(Set.of(gateway(1, true), gateway(2, true)));
        assertThat(rates.headers(CALLER)).containsEntry("x-ratelimit-limit-requests", "30");
        assertThat(limits.concurrency(CALLER).orElseThrow().part()).isEqualTo(3);
    }

    @Test
    void aTargetThatCannotBeReadStopsStartUpWithOneSentence() {
        assertThatThrownBy(() -> gateways(Map.of("autoglm.admission.gateways", "kubernetes:9100")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("'kubernetes:9100' names no");
    }

    private static FoundGateways gateways(Map<String, String> settings) {
        return new FoundGateways(
                TestConfig.of(AdmissionConfig.class, settings),
                new Discovery(TestConfig.of(DiscoveryConfig.class, Map.of())));
    }

    private static DiscoveredEndpoint gateway(int number, boolean takesWork) {
        return new DiscoveredEndpoint(new BackendAddress("10.0.0." + number, 9100), takesWork);
    }
}
