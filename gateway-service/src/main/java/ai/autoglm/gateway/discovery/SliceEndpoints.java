package ai.autoglm.gateway.discovery;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Reads EndpointSlices. An endpoint takes work when it serves and does not end; what a slice leaves out means
/// yes. A pod that stands in slices of both address families is one backend, at its IPv4 address. Source:
/// Kubernetes API, discovery.k8s.io/v1.
final class SliceEndpoints {
    private static final String IPV6 = "IPv6";

    private SliceEndpoints() {}

    /// @param port number or name
    static Set<DiscoveredEndpoint> of(Collection<EndpointSlice> slices, String port) {
        List<EndpointSlice> ordered = slices.stream()
                .sorted(Comparator.comparing(slice -> IPV6.equals(slice.getAddressType())))
                .toList();
        Map<String, DiscoveredEndpoint> byPod = new LinkedHashMap<>();
        for (EndpointSlice slice : ordered) {
            portNumber(slice, port)
                    .ifPresent(number -> Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of())
                            .forEach(endpoint -> add(endpoint, number, byPod)));
        }
        return new HashSet<>(byPod.values());
    }

    private static void add(Endpoint endpoint, int port, Map<String, DiscoveredEndpoint> byPod) {
        for (String address : endpoint.getAddresses()) {
            String pod = endpoint.getTargetRef() == null
                    ? address
                    : endpoint.getTargetRef().getNamespace() + "/"
                            + endpoint.getTargetRef().getName();
            byPod.putIfAbsent(
                    pod,
                    new DiscoveredEndpoint(new BackendAddress(address, port), takesWork(endpoint.getConditions())));
        }
    }

    private static boolean takesWork(EndpointConditions conditions) {
        if (conditions == null) {
            return true;
        }
        boolean ready = !Boolean.FALSE.equals(conditions.getReady());
        boolean serving = conditions.getServing() == null ? ready : conditions.getServing();
        return serving && ready && !Boolean.TRUE.equals(conditions.getTerminating());
    }

    private static Optional<Integer> portNumber(EndpointSlice slice, String wanted) {
        return Objects.requireNonNullElse(slice.getPorts(), List.<EndpointPort>of()).stream()
                .filter(port -> wanted.equals(port.getName()) || wanted.equals(String.valueOf(port.getPort())))
                .map(EndpointPort::getPort)
                .filter(Objects::nonNull)
                .findFirst();
    }
}
