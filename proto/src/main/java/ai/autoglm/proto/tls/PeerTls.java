package ai.autoglm.proto.tls;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.file.WatchedFiles;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/// Mutual TLS between gateway and backends: both ends show a certificate of the same authority, TLS 1.3 only. The files
/// are looked at again and again: what is renewed counts for the next connection, and those that are open stay. Files
/// that cannot be used leave everything as it was.
///
/// Source: grpc-java's `AdvancedTlsX509KeyManager` and `AdvancedTlsX509TrustManager`.
public final class PeerTls implements AutoCloseable {
    private static final String PROTOCOL = "TLSv1.3";
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
    /// A client asks for the name that its channel was given; clients of a server come from anywhere.
    private final AdvancedTlsX509TrustManager servers = peers(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);

    private final AdvancedTlsX509TrustManager clients = peers(Verification.CERTIFICATE_ONLY_VERIFICATION);
    private final WatchedFiles watched;

    private PeerTls(TlsFiles files, Duration lookInterval) {
        watched = WatchedFiles.open(
                List.of(files.certificate(), files.key(), files.authority()), lookInterval, this::use);
    }

    /// Looks at the files every two seconds.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when they cannot be used now
    public static PeerTls watch(TlsFiles files) {
        return watch(files, LOOK_INTERVAL);
    }

    static PeerTls watch(TlsFiles files, Duration lookInterval) {
        return new PeerTls(files, lookInterval);
    }

    /// For a server: a client without a certificate of the authority, made for client authentication, is refused.
    public SslContext forServer() {
        return build(
                SslContextBuilder.forServer(own).clientAuth(ClientAuth.REQUIRE).trustManager(clients));
    }

    /// For a client: the server's certificate has to bear the authority that the channel was given.
    public SslContext forClient() {
        return build(SslContextBuilder.forClient().keyManager(own).trustManager(servers));
    }

    /// Looks at the files no more.
    @Override
    public void close() {
        watched.close();
    }

    private void use(List<byte[]> contents) {
        try {
            X509Certificate[] chain = certificates(contents.getFirst());
            PrivateKey key = CertificateUtils.getPrivateKey(new ByteArrayInputStream(contents.get(1)));
            X509Certificate[] authorities = certificates(contents.getLast());
            // A pair of which only one file is renewed yet would break every new connection.
            requirePair(chain[0], key);
            own.updateIdentityCredentials(chain, key);
            servers.updateTrustCredentials(authorities);
            clients.updateTrustCredentials(authorities);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "certificate, key and authority of a connection between services are not a PEM certificate, its"
                            + " PKCS #8 PEM key and a PEM certificate.",
                    e);
        }
    }

    private static X509Certificate[] certificates(byte[] pem) throws CertificateException {
        X509Certificate[] certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
        if (certificates.length == 0) {
            throw new CertificateException("no certificate");
        }
        return certificates;
    }

    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                });
        byte[] challenge = certificate.getEncoded();
        signature.initSign(key);
        signature.update(challenge);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(challenge);
        if (!signature.verify(signed)) {
            throw new CertificateException("not the key of this certificate");
        }
    }

    private static AdvancedTlsX509TrustManager peers(Verification verification) {
        try {
            return AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(verification)
                    .build();
        } catch (CertificateException e) {
            throw new IllegalStateException("nothing is trusted yet", e);
        }
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(PROTOCOL)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java platform has TLS 1.3", e);
        }
    }
}
