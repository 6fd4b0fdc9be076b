package ai.autoglm.gateway.discovery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The endpoints of several sources together. An endpoint that several tell of takes work when one of them says
/// so.
final class UnitedEndpoints implements Discovery.Watch {
    private final List<EndpointSource> sources;
    private final Consumer<Set<DiscoveredEndpoint>> listener;
    private final Map<EndpointSource, Set<DiscoveredEndpoint>> known = new HashMap<>();

    private UnitedEndpoints(List<EndpointSource> sources, Consumer<Set<DiscoveredEndpoint>> listener) {
        this.sources = List.copyOf(sources);
        this.listener = listener;
    }

    static UnitedEndpoints start(List<EndpointSource> sources, Consumer<Set<DiscoveredEndpoint>> listener) {
        UnitedEndpoints united = new UnitedEndpoints(sources, listener);
        sources.forEach(source -> source.start(endpoints -> united.tell(source, endpoints)));
        return united;
    }

    @Override
    public void close() {
        sources.forEach(EndpointSource::close);
    }

    private synchronized void tell(EndpointSource source, Set<DiscoveredEndpoint> endpoints) {
        known.put(source, endpoints);
        Map<BackendAddress, Boolean> all = new HashMap<>();
        known.values()
                .forEach(found -> found.forEach(
                        endpoint -> all.merge(endpoint.address(), endpoint.takesWork(), Boolean::logicalOr)));
        Set<DiscoveredEndpoint> united = new HashSet<>();
        all.forEach((address, takesWork) -> united.add(new DiscoveredEndpoint(address, takesWork)));
        listener.accept(united);
    }
}
