package ai.autoglm.backend;

import ai.autoglm.proto.tls.PeerTls;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Serves gateways over mutual TLS where the settings have certificates.
@Singleton
class BackendTls implements ServerBuilderCustomizer<VertxServerBuilder> {
    private final @Nullable PeerTls tls;

    BackendTls(BackendConfig config, BackendProcess<?> process) {
        try {
            tls = config.tls().map(PeerTls::watch).orElse(null);
        } catch (ServingException e) {
            throw new ConfigurationException(process.name().cannotStart(e));
        }
    }

    @Override
    public void customize(GrpcServerConfiguration config, VertxServerBuilder builder) {
        if (tls != null) {
            builder.nettyBuilder().sslContext(tls.forServer());
        }
    }

    @PreDestroy
    void close() {
        if (tls != null) {
            tls.close();
        }
    }
}
