package ai.autoglm.gateway.metrics;

import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Opens the gateway's traces at the start and exports what is left at the end.
final class GatewayTracing {
    private GatewayTracing() {}

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    @Produces
    @Singleton
    static Tracing open() {
        try {
            return Tracing.open("autoglm-gateway");
        } catch (ServingException e) {
            throw new ConfigurationException(e.message());
        }
    }

    static void close(@Disposes Tracing tracing) {
        tracing.close();
    }
}
