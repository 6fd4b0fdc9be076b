package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.gateway.discovery.DiscoveredEndpoint;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Finds what a test says, in the place of discovery.
public final class TestDiscovery {
    private TestDiscovery() {}

    /// From now on these are all backends of a kind.
    public static void find(Backends backends, BackendKind kind, String... addresses) {
        backends.pool(kind)
                .update(Arrays.stream(addresses)
                        .map(address -> new DiscoveredEndpoint(BackendAddress.parse(address), true))
                        .collect(Collectors.toSet()));
    }

    /// Whether that many backends of a kind are ready for a bundle.
    public static boolean isReady(Backends backends, BackendKind kind, String bundleId, int count) {
        return backends.pool(kind).readyCount(bundleId) == count;
    }
}
