package ai.autoglm.gateway.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsEndpointsTest {
    private volatile List<String> addresses = List.of("10.0.0.1");
    private final AtomicInteger lookUps = new AtomicInteger();
    private final List<Set<DiscoveredEndpoint>> told = new CopyOnWriteArrayList<>();
    private final DnsEndpoints endpoints =
            new DnsEndpoints(new Target.Dns("decoder", 9003), Duration.ofMillis(5), this::resolve);

    @AfterEach
    void close() {
        endpoints.close();
    }

    @Test
    void tellsOfChangesOnly() {
        endpoints.start(told::add);
        Await.until("the host is looked up again and again", () -> lookUps.get() > 5);
        assertThat(told).containsExactly(Set.of(endpoint("10.0.0.1")));

        addresses = List.of("10.0.0.2", "10.0.0.1");
        Await.until("the new address is told", () -> told.size() == 2);

        assertThat(told.getLast()).containsExactlyInAnyOrder(endpoint("10.0.0.1"), endpoint("10.0.0.2"));
    }

    @Test
    void keepsWhatItKnowsWhileNobodyAnswers() {
        endpoints.start(told::add);
        Await.until("the address is told", () -> told.size() == 1);

        addresses = List.of();
        int before = lookUps.get();
        Await.until("the host was looked up in vain", () -> lookUps.get() > before + 3);
        addresses = List.of("10.0.0.9");
        Await.until("the address after that is told", () -> told.size() == 2);

        assertThat(told.getLast()).containsExactly(endpoint("10.0.0.9"));
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        lookUps.incrementAndGet();
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return Arrays.stream(addresses.toArray(String[]::new))
                .map(DnsEndpointsTest::address)
                .toArray(InetAddress[]::new);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static DiscoveredEndpoint endpoint(String address) {
        return new DiscoveredEndpoint(new BackendAddress(address, 9003), true);
    }
}
