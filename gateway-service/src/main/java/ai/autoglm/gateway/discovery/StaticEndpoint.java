package ai.autoglm.gateway.discovery;

import java.util.Set;
import java.util.function.Consumer;

/// A backend that configuration names.
record StaticEndpoint(BackendAddress address) implements EndpointSource {
    @Override
    public void start(Consumer<Set<DiscoveredEndpoint>> listener) {
        listener.accept(Set.of(new DiscoveredEndpoint(address, true)));
    }

    @Override
    public void close() {}
}
