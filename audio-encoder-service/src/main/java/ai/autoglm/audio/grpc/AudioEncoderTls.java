package ai.autoglm.audio.grpc;

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
class AudioEncoderTls implements ServerBuilderCustomizer<VertxServerBuilder> {
    private final @Nullable PeerTls tls;

    AudioEncoderTls(AudioEncoderConfig config) {
        try {
            tls = config.tls().map(PeerTls::watch).orElse(null);
        } catch (ServingException e) {
            throw new ConfigurationException("The audio encoder cannot start: " + e.message());
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
