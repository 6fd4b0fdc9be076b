package ai.autoglm.gateway.discovery;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds backends. The client of Kubernetes is made only where a target asks for it.
@Singleton
public final class Discovery {
    /// A search under way.
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private static final int WATCH_RETRY_MILLIS = 1_000;

    private final Duration dnsInterval;
    private final DnsEndpoints.Resolver resolver;
    private final Supplier<KubernetesClient> clientFactory;
    private @Nullable KubernetesClient client;

    @Inject
    public Discovery(DiscoveryConfig config) {
        this(config.dnsInterval(), InetAddress::getAllByName, Discovery::kubernetes);
    }

    Discovery(Duration dnsInterval, DnsEndpoints.Resolver resolver, Supplier<KubernetesClient> clientFactory) {
        this.dnsInterval = dnsInterval;
        this.resolver = resolver;
        this.clientFactory = clientFactory;
    }

    /// Begins to look for the endpoints of these targets, all together.
    ///
    /// @param listener takes all endpoints after each change; called by one thread at a time
    /// @return closed to end the search
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_CONFIGURATION when a target cannot be read
    public Watch watch(List<String> targets, Consumer<Set<DiscoveredEndpoint>> listener) {
        List<EndpointSource> sources =
                targets.stream().map(Target::parse).map(this::source).toList();
        return UnitedEndpoints.start(sources, listener);
    }

    @PreDestroy
    void close() {
        if (client != null) {
            client.close();
        }
    }

    private EndpointSource source(Target target) {
        return switch (target) {
            case Target.Static(BackendAddress address) -> new StaticEndpoint(address);
            case Target.Dns dns -> new DnsEndpoints(dns, dnsInterval, resolver);
            case Target.Kubernetes kubernetes -> new KubernetesEndpoints(kubernetes, client());
        };
    }

    private synchronized KubernetesClient client() {
        if (client == null) {
            client = clientFactory.get();
        }
        return client;
    }

    /// As a pod finds it, or as `kubectl` does.
    private static KubernetesClient kubernetes() {
        Config config = new ConfigBuilder()
                .withWatchReconnectInterval(WATCH_RETRY_MILLIS)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }
}
