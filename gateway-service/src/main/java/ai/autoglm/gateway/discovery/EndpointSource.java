package ai.autoglm.gateway.discovery;

import java.util.Set;
import java.util.function.Consumer;

/// Tells of the endpoints of one [Target]. While whoever knows them cannot be asked, what was known last stays
/// known.
interface EndpointSource extends AutoCloseable {
    /// Begins to tell. Returns at once; a source that knows its endpoints already tells of them before it
    /// returns.
    ///
    /// @param listener takes all endpoints after each change; called by one thread at a time
    void start(Consumer<Set<DiscoveredEndpoint>> listener);

    @Override
    void close();
}
