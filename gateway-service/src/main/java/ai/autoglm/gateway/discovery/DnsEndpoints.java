package ai.autoglm.gateway.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// The addresses of a host, looked up again and again. How long a record may be kept does not count: a container
/// engine tells ten minutes for one that it takes back a second later. A host that cannot be looked up keeps its
/// addresses.
final class DnsEndpoints implements EndpointSource {
    /// How a name becomes addresses.
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private static final Logger LOG = Logger.getLogger(DnsEndpoints.class);

    private final Target.Dns target;
    private final Duration interval;
    private final Resolver resolver;
    private volatile boolean closed;
    private Set<DiscoveredEndpoint> known = Set.of();
    private boolean failing;
    private Thread polling = new Thread();

    DnsEndpoints(Target.Dns target, Duration interval, Resolver resolver) {
        this.target = target;
        this.interval = interval;
        this.resolver = resolver;
    }

    @Override
    public void start(Consumer<Set<DiscoveredEndpoint>> listener) {
        // A look-up blocks in native code.
        polling = Thread.ofPlatform().daemon().name("dns-" + target.host()).start(() -> poll(listener));
    }

    @Override
    public void close() {
        closed = true;
        polling.interrupt();
    }

    private void poll(Consumer<Set<DiscoveredEndpoint>> listener) {
        while (!closed) {
            look(listener);
            try {
                Thread.sleep(interval);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(Consumer<Set<DiscoveredEndpoint>> listener) {
        try {
            Set<DiscoveredEndpoint> found = Arrays.stream(resolver.resolve(target.host()))
                    .map(address -> new BackendAddress(address.getHostAddress(), target.port()))
                    .map(address -> new DiscoveredEndpoint(address, true))
                    .collect(Collectors.toUnmodifiableSet());
            failing = false;
            if (!found.equals(known)) {
                known = found;
                listener.accept(found);
            }
        } catch (UnknownHostException e) {
            if (!failing) {
                LOG.warnf("%s has no address right now; %d known ones stay in use.", target.host(), known.size());
            }
            failing = true;
        }
    }
}
