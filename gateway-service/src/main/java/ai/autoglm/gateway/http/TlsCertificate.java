package ai.autoglm.gateway.http;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.file.WatchedFiles;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The gateway's certificate and key, as their files are now.
@Singleton
final class TlsCertificate {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final @Nullable WatchedFiles files;
    private volatile @Nullable PemKeyCertOptions current;
    private volatile Consumer<PemKeyCertOptions> onChange = _ -> {};

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    TlsCertificate(Vertx vertx, HttpConfig config) {
        this.vertx = vertx;
        Path certificate = config.tls().certificate().orElse(null);
        Path key = config.tls().key().orElse(null);
        if ((certificate == null) != (key == null)) {
            throw new ConfigurationException("A TLS certificate needs its key, and a key its certificate:"
                    + " set autoglm.http.tls.certificate and autoglm.http.tls.key.");
        }
        try {
            this.files = certificate == null || key == null
                    ? null
                    : WatchedFiles.open(List.of(certificate, key), LOOK_INTERVAL, this::use);
        } catch (ServingException e) {
            throw new ConfigurationException("HTTPS cannot be served: " + e.message());
        }
    }

    /// Empty where plain HTTP is served.
    Optional<PemKeyCertOptions> current() {
        return Optional.ofNullable(current);
    }

    void onChange(Consumer<PemKeyCertOptions> action) {
        onChange = action;
    }

    @PreDestroy
    void close() {
        if (files != null) {
            files.close();
        }
    }

    private void use(List<byte[]> contents) {
        PemKeyCertOptions read = new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(contents.getFirst()))
                .addKeyValue(Buffer.buffer(contents.getLast()));
        try {
            read.loadKeyStore(vertx);
        } catch (Exception e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "certificate and key are not a PEM certificate and its unencrypted PEM key.",
                    e);
        }
        current = read;
        onChange.accept(read);
    }
}
