package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.discovery.DiscoveredEndpoint;
import ai.autoglm.gateway.discovery.Discovery;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// As many gateways as discovery finds where the configuration says, or as many as the configuration says itself.
@Startup
@Singleton
final class FoundGateways implements GatewayCount {
    private static final Logger LOG = Logger.getLogger(FoundGateways.class);

    private final Discovery.@Nullable Watch watch;
    private volatile int count;

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    @Inject
    FoundGateways(AdmissionConfig config, Discovery discovery) {
        count = config.gatewayCount();
        try {
            watch = config.gateways()
                    .map(targets -> discovery.watch(targets, this::update))
                    .orElse(null);
        } catch (ServingException e) {
            throw new ConfigurationException(e.message());
        }
    }

    @Override
    public int current() {
        return count;
    }

    /// Takes over what discovery has found. A gateway that is not ready yet, or about to end, has no part; this one
    /// always has, although it may be the one that nobody finds yet.
    void update(Set<DiscoveredEndpoint> gateways) {
        int found =
                (int) gateways.stream().filter(DiscoveredEndpoint::takesWork).count();
        int now = Math.max(1, found);
        if (now != count) {
            LOG.infof("Gateways that share the limits of keys: %d, before: %d.", now, count);
            count = now;
        }
    }

    @PreDestroy
    void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
