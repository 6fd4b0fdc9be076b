package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.proto.tls.PeerTls;
import ai.autoglm.proto.tls.TestAuthority;
import ai.autoglm.proto.tls.TlsFiles;
import ai.autoglm.toolkit.launch.Service;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The four processes with certificates between them, mounted and probed as the chart does it: backends
/// speak nothing but mutual TLS, and all certificates are exchanged for those of another authority without a
/// restart.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MutualTlsIT {
    private static final Map<Service, String> DESCRIBE = Map.of(
            Service.VISION_ENCODER, "autoglm.v1.VisionEncoder/Describe",
            Service.AUDIO_ENCODER, "autoglm.v1.AudioEncoder/Describe",
            Service.DECODER, "autoglm.v1.Decoder/Describe");
    /// The services look at their files every two seconds.
    private static final Duration RENEWAL = Duration.ofSeconds(20);

    private final TestAuthority authority = new TestAuthority();
    private final Map<Service, MountedCertificates> mounted = new EnumMap<>(Service.class);
    private Path directory;
    private TestCluster cluster;

    @BeforeAll
    void startCluster(@TempDir Path folder) {
        directory = folder;
        for (Service service : Service.values()) {
            mounted.put(
                    service,
                    new MountedCertificates(
                            directory.resolve(service.label()),
                            service.label(),
                            service == Service.GATEWAY
                                    ? KeyPurposeId.id_kp_clientAuth
                                    : KeyPurposeId.id_kp_serverAuth));
        }
        issueAll(authority);
        cluster = TestCluster.startEach("mutual-tls", this::settings);
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
    }

    private void issueAll(TestAuthority by) {
        mounted.values().forEach(certificates -> certificates.issue(by));
    }

    private MountedCertificates mounted(Service service) {
        return Objects.requireNonNull(mounted.get(service));
    }

    private Map<String, String> settings(Service service) {
        String prefix = service == Service.GATEWAY ? "autoglm.backends.tls." : "autoglm." + service.label() + ".tls.";
        TlsFiles files = mounted(service);
        return new TreeMap<>(Map.of(
                prefix + "certificate", files.certificate().toString(),
                prefix + "key", files.key().toString(),
                prefix + "authority", files.authority().toString()));
    }

    @Test
    @Order(1)
    void requestsOfEachKindAreAnswered() {
        assertEachKindIsAnswered();
    }

    @Test
    @Order(2)
    void probesNeedNoCertificate() {
        for (Service service : Service.values()) {
            for (String path : List.of("/q/health/started", "/q/health/live", "/q/health/ready")) {
                assertThat(cluster.process(service).answers(path))
                        .as("%s %s", service, path)
                        .isTrue();
            }
        }
        assertThat(cluster.api().health()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void backendsServeNobodyElse() throws IOException {
        TestAuthority other = new TestAuthority();
        MountedCertificates gateway = gateway("gateway-2").issue(authority);
        MountedCertificates stranger = gateway("stranger").issue(other);
        for (Service backend : DESCRIBE.keySet()) {
            assertThat(describe(backend, gateway)).as("%s, a gateway", backend).isEqualTo(Status.Code.OK);
            assertThat(describe(backend, channel(backend).usePlaintext()))
                    .as("%s, without TLS", backend)
                    .isEqualTo(Status.Code.UNAVAILABLE);
            SslContext nameless = GrpcSslContexts.forClient()
                    .trustManager(gateway.authority().toFile())
                    .build();
            assertThat(describe(backend, channel(backend).sslContext(nameless)))
                    .as("%s, without a certificate", backend)
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(describe(backend, stranger(stranger, gateway)))
                    .as("%s, with a certificate of another authority", backend)
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(describe(backend, mounted(backend)))
                    .as("%s, with a backend's certificate", backend)
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    @Order(4)
    void certificatesAreExchangedWithoutARestart() {
        Map<Service, Long> before = new HashMap<>(cluster.processIds());
        TestAuthority next = new TestAuthority();
        MountedCertificates old = gateway("gateway-old").issue(authority);
        MountedCertificates renewed = gateway("gateway-new").issue(next);

        issueAll(next);
        for (Service backend : DESCRIBE.keySet()) {
            Await.until(
                    RENEWAL,
                    "the " + backend + " trusts the new authority",
                    () -> describe(backend, renewed) == Status.Code.OK);
            assertThat(describe(backend, stranger(old, renewed)))
                    .as("%s, the old one", backend)
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertThat(cluster.processIds()).isEqualTo(before);
        // Its new process knows only the new authority: gateways have to show their new certificate.
        cluster.crash(Service.AUDIO_ENCODER);
        cluster.start(Service.AUDIO_ENCODER);

        assertEachKindIsAnswered();
        before.remove(Service.AUDIO_ENCODER);
        assertThat(cluster.processIds()).containsAllEntriesOf(before);
    }

    private void assertEachKindIsAnswered() {
        for (String name : List.of("text-en", "screen0-q1", "speech0")) {
            GoldenCase golden = GoldenCase.named(name);
            assertThat(cluster.api().send(golden.request()).content()).isEqualTo(golden.greedyText());
        }
    }

    private MountedCertificates gateway(String folder) {
        return new MountedCertificates(directory.resolve(folder), "gateway", KeyPurposeId.id_kp_clientAuth);
    }

    /// Who trusts what another trusts, and shows a certificate of its own.
    private static TlsFiles stranger(TlsFiles own, TlsFiles trusting) {
        return new TestAuthority.Peer(own.certificate(), own.key(), trusting.authority());
    }

    private NettyChannelBuilder channel(Service backend) {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1", cluster.process(backend).port())
                .overrideAuthority(backend.label());
    }

    private Status.Code describe(Service backend, TlsFiles files) {
        try (PeerTls tls = PeerTls.watch(files)) {
            return describe(backend, channel(backend).sslContext(tls.forClient()));
        }
    }

    /// How one call on a new connection ends.
    private static Status.Code describe(Service backend, NettyChannelBuilder builder) {
        ManagedChannel channel = builder.build();
        try {
            ClientCalls.blockingUnaryCall(
                    channel,
                    WireServer.method(Objects.requireNonNull(DESCRIBE.get(backend))).toBuilder()
                            .setType(MethodDescriptor.MethodType.UNARY)
                            .build(),
                    CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                    new byte[0]);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }
}
