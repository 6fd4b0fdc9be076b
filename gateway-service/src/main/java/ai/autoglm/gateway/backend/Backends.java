package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The backends that the served bundle needs: a decoder, and an encoder for each kind of media that it
/// takes.
@Startup
@Singleton
public final class Backends {
    private final Map<BackendKind, BackendPool> pools = new EnumMap<>(BackendKind.class);
    private final Thread reconnecting;
    private final LoadedModel model;
    private final ChannelSecurity security;

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    Backends(LoadedModel model, BackendsConfig config, ChannelSecurity security) {
        this.model = model;
        this.security = security;
        BundleManifest manifest = model.manifest();
        reconnecting = Thread.ofVirtual().name("reconnect").unstarted(() -> reconnect(config.reconnectInterval()));
        try {
            connect(BackendKind.DECODER, config.decoder(), manifest, config);
            if (manifest.vision() != null) {
                connect(BackendKind.VISION_ENCODER, config.visionEncoder(), manifest, config);
            }
            if (manifest.audio() != null) {
                connect(BackendKind.AUDIO_ENCODER, config.audioEncoder(), manifest, config);
            }
        } catch (ServingException e) {
            close();
            throw new ConfigurationException(e.message());
        }
        reconnecting.start();
    }

    /// @throws IllegalArgumentException when the bundle has no part for this kind
    public BackendPool pool(BackendKind kind) {
        BackendPool pool = pools.get(kind);
        if (pool == null) {
            throw new IllegalArgumentException("the bundle has no part for a " + kind.label());
        }
        return pool;
    }

    /// The kinds that the bundle needs and of which none is ready now, or can be woken.
    public List<BackendKind> missing() {
        return pools.entrySet().stream()
                .filter(pool -> !pool.getValue().isServed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The model as clients see it. While no decoder is ready, the bundle's own context length is the best that is
    /// known.
    public ServedModel servedModel() {
        return model.served(pool(BackendKind.DECODER)
                .maxModelLen()
                .orElse(model.manifest().decoder().maxPositions()));
    }

    @PreDestroy
    void close() {
        reconnecting.interrupt();
        pools.values().forEach(BackendPool::close);
    }

    private void connect(BackendKind kind, List<String> addresses, BundleManifest manifest, BackendsConfig config) {
        pools.put(kind, new BackendPool(kind, addresses, manifest.bundleId(), config, security));
    }

    private void reconnect(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                pools.values().forEach(BackendPool::reconnect);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
