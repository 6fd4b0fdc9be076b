package ai.autoglm.proto.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTlsTest {
    private static final Duration LOOK = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private final AtomicReference<String> clientSerial = new AtomicReference<>("");
    private TestAuthority authority;
    private PeerTls backend;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        authority = new TestAuthority();
        backend = PeerTls.watch(
                authority.issue(directory.resolve("backend"), "decoder", KeyPurposeId.id_kp_serverAuth), LOOK);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(backend.forServer())
                .addService(new Describing())
                .intercept(new RememberingClient())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
        backend.close();
    }

    private static final class Describing extends DecoderGrpc.DecoderImplBase {
        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
            response.onNext(DescribeResponse.newBuilder().setService("decoder").build());
            response.onCompleted();
        }
    }

    private final class RememberingClient implements ServerInterceptor {
        @Override
        public <T, R> ServerCall.Listener<T> interceptCall(
                ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
            SSLSession session = Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            try {
                clientSerial.set(((X509Certificate) session.getPeerCertificates()[0])
                        .getSerialNumber()
                        .toString());
            } catch (SSLPeerUnverifiedException e) {
                throw new AssertionError(e);
            }
            return next.startCall(call, headers);
        }
    }

    private NettyChannelBuilder channel(String name) {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).overrideAuthority(name);
    }

    /// One call on a new connection.
    private String describe(TlsFiles files, String name) {
        try (PeerTls tls = PeerTls.watch(files, LOOK)) {
            return describe(channel(name).sslContext(tls.forClient()));
        }
    }

    private static String describe(NettyChannelBuilder builder) {
        ManagedChannel channel = builder.build();
        try {
            return DecoderGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .describe(DescribeRequest.getDefaultInstance())
                    .getService();
        } finally {
            channel.shutdownNow();
        }
    }

    private TestAuthority.Peer gateway() {
        return authority.issue(directory.resolve("gateway"), "gateway", KeyPurposeId.id_kp_clientAuth);
    }

    @Test
    void peersOfOneAuthorityTalk() {
        assertThat(describe(gateway(), "decoder")).isEqualTo("decoder");
    }

    @Test
    void nobodyIsServedWithoutACertificate() {
        assertThatThrownBy(() -> describe(channel("decoder").usePlaintext()))
                .isInstanceOf(StatusRuntimeException.class);
        TestAuthority.Peer stranger =
                new TestAuthority().issue(directory.resolve("stranger"), "gateway", KeyPurposeId.id_kp_clientAuth);
        TlsFiles trusting = new TestAuthority.Peer(
                stranger.certificate(), stranger.key(), gateway().authority());
        assertThatThrownBy(() -> describe(trusting, "decoder")).isInstanceOf(StatusRuntimeException.class);
        assertThat(clientSerial.get()).isEmpty();
    }

    @Test
    void aBackendsCertificateIsNoGatewaysCertificate() {
        TestAuthority.Peer other =
                authority.issue(directory.resolve("encoder"), "vision-encoder", KeyPurposeId.id_kp_serverAuth);

        assertThatThrownBy(() -> describe(other, "decoder")).isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void aServerOfAnotherNameIsNotTrusted() {
        assertThatThrownBy(() -> describe(gateway(), "vision-encoder"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() throws IOException {
        TestAuthority.Peer gateway = gateway();
        Path other = Files.writeString(directory.resolve("other.crt"), new TestAuthority().pem());
        TlsFiles misled = new TestAuthority.Peer(gateway.certificate(), gateway.key(), other);

        assertThatThrownBy(() -> describe(misled, "decoder")).isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void aRenewedCertificateCountsForTheNextConnection() throws InterruptedException {
        try (PeerTls tls = PeerTls.watch(gateway(), LOOK)) {
            describe(channel("decoder").sslContext(tls.forClient()));
            String before = clientSerial.get();

            gateway();

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            do {
                Thread.sleep(LOOK);
                describe(channel("decoder").sslContext(tls.forClient()));
            } while (clientSerial.get().equals(before) && System.nanoTime() < end);
            assertThat(clientSerial.get()).isNotEqualTo(before);
        }
    }

    @Test
    void aNewAuthorityCountsWithoutARestart() throws Exception {
        TestAuthority next = new TestAuthority();
        Path before = Files.writeString(directory.resolve("before.crt"), authority.pem());
        TestAuthority.Peer gateway = next.issue(directory.resolve("gateway"), "gateway", KeyPurposeId.id_kp_clientAuth);
        // The gateway is ahead: it trusts the old authority, and shows a certificate of the next one.
        TlsFiles ahead = new TestAuthority.Peer(gateway.certificate(), gateway.key(), before);
        assertThatThrownBy(() -> describe(ahead, "decoder")).isInstanceOf(StatusRuntimeException.class);

        Files.writeString(directory.resolve("backend/ca.crt"), authority.pem() + next.pem());

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                assertThat(describe(ahead, "decoder")).isEqualTo("decoder");
                return;
            } catch (StatusRuntimeException e) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(LOOK);
            }
        }
    }

    @Test
    void filesThatCannotBeUsedAreOneSentence() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));
        TestAuthority.Peer gateway = gateway();

        TestAuthority.Peer another =
                authority.issue(directory.resolve("another"), "gateway", KeyPurposeId.id_kp_clientAuth);
        for (TlsFiles files : List.of(
                new TestAuthority.Peer(another.certificate(), gateway.key(), gateway.authority()),
                new TestAuthority.Peer(empty, gateway.key(), gateway.authority()),
                new TestAuthority.Peer(gateway.certificate(), empty, gateway.authority()),
                new TestAuthority.Peer(gateway.certificate(), gateway.key(), empty))) {
            assertThatThrownBy(() -> PeerTls.watch(files, LOOK))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("are not a PEM certificate, its PKCS #8 PEM key and a PEM certificate.");
        }
    }
}
