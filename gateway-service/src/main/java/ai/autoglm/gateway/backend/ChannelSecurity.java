package ai.autoglm.gateway.backend;

import ai.autoglm.proto.tls.PeerTls;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// How channels to backends are protected: by mutual TLS where the settings have certificates, else not at all.
@Singleton
public final class ChannelSecurity {
    private final @Nullable PeerTls tls;

    /// @throws ConfigurationException with one sentence, when the certificates cannot be used
    public ChannelSecurity(BackendsConfig config) {
        try {
            tls = config.tls().map(PeerTls::watch).orElse(null);
        } catch (ServingException e) {
            throw new ConfigurationException("Backends cannot be reached: " + e.message());
        }
    }

    /// A backend is reached by whatever address it has, and has to show a certificate of its kind's name.
    void protect(NettyChannelBuilder channel, BackendKind kind) {
        if (tls == null) {
            channel.usePlaintext();
        } else {
            channel.sslContext(tls.forClient()).overrideAuthority(kind.serviceName());
        }
    }

    @PreDestroy
    void close() {
        if (tls != null) {
            tls.close();
        }
    }
}
