package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.discovery.Discovery;
import ai.autoglm.gateway.discovery.Target;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// All backends that are known, of every kind that a served bundle needs.
@Startup
@Singleton
public final class Backends {
    private final Discovery discovery;
    private final BackendsConfig config;
    private final ChannelSecurity security;
    private final RoutingMetrics metrics;
    private final Map<BackendKind, BackendPool> pools = new EnumMap<>(BackendKind.class); // guarded by this
    private final Map<BackendKind, Discovery.Watch> watches = new EnumMap<>(BackendKind.class); // guarded by this
    private final Thread ticking;

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    public Backends(Discovery discovery, BackendsConfig config, ChannelSecurity security, RoutingMetrics metrics) {
        this.discovery = discovery;
        this.config = config;
        this.security = security;
        this.metrics = metrics;
        requireTargets();
        ticking = Thread.ofVirtual().name("backend-heartbeats").start(() -> tick(config.reconnectInterval()));
    }

    /// Begins to look for backends of these kinds, unless it does already.
    public synchronized void need(Collection<BackendKind> kinds) {
        for (BackendKind kind : kinds) {
            if (!pools.containsKey(kind)) {
                BackendPool pool = new BackendPool(kind, config, security, metrics);
                pools.put(kind, pool);
                watches.put(kind, discovery.watch(targets(kind), pool::update));
            }
        }
    }

    /// Says which bundles the gateway serves.
    public void serve(Collection<ServedBundle> bundles) {
        pools().forEach(pool -> pool.serve(bundles.stream()
                .filter(bundle -> bundle.kinds().contains(pool.kind()))
                .collect(Collectors.toMap(ServedBundle::id, ServedBundle::model, (first, _) -> first))));
    }

    /// @throws IllegalArgumentException when no served bundle has a part for this kind
    public synchronized BackendPool pool(BackendKind kind) {
        BackendPool pool = pools.get(kind);
        if (pool == null) {
            throw new IllegalArgumentException("no bundle has a part for a " + kind.label());
        }
        return pool;
    }

    /// Those of the kinds of which no backend of a bundle is ready now, or can be woken.
    public List<BackendKind> missing(String bundleId, Collection<BackendKind> kinds) {
        return kinds.stream().filter(kind -> !pool(kind).isServed(bundleId)).toList();
    }

    @PreDestroy
    synchronized void close() {
        ticking.interrupt();
        watches.values().forEach(Discovery.Watch::close);
        pools.values().forEach(BackendPool::close);
    }

    private void requireTargets() {
        try {
            for (BackendKind kind : BackendKind.values()) {
                targets(kind).forEach(Target::parse);
            }
        } catch (ServingException e) {
            throw new ConfigurationException(e.message());
        }
    }

    private List<String> targets(BackendKind kind) {
        return switch (kind) {
            case VISION_ENCODER -> config.visionEncoder();
            case AUDIO_ENCODER -> config.audioEncoder();
            case DECODER -> config.decoder();
        };
    }

    private synchronized List<BackendPool> pools() {
        return List.copyOf(pools.values());
    }

    private void tick(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                pools().forEach(BackendPool::tick);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
