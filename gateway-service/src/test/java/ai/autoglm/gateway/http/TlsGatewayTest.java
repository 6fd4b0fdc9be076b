package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.TestCertificate;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/// A gateway with a certificate.
@QuarkusTest
@TestProfile(TlsGatewayTest.Tls.class)
class TlsGatewayTest extends GatewayTest {
    private static final String NAMES = "dns:localhost,ip:127.0.0.1";

    public static final class Tls implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path directory = Files.createTempDirectory("tls");
                TestCertificate certificate = TestCertificate.create(directory, NAMES);
                return Map.of(
                        "autoglm.http.tls.certificate",
                        certificate.certificate().toString(),
                        "autoglm.http.tls.key",
                        certificate.key().toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ConfigProperty(name = "autoglm.http.tls.certificate")
    @SuppressWarnings("NullAway.Init")
    Path certificateFile;

    @Test
    void servesHttpsOnlyAndTakesANewCertificateWithoutARestart() throws Exception {
        TestCertificate renewed = TestCertificate.create(Files.createTempDirectory("renewed"), NAMES);
        assertThat(shows(renewed, "TLSv1.3")).isFalse();
        Files.copy(renewed.key(), certificateFile.resolveSibling("tls.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.certificate(), certificateFile, StandardCopyOption.REPLACE_EXISTING);

        Await.until("the new certificate is shown", () -> shows(renewed, "TLSv1.3"));
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(renewed.context()).build()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/models"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
        assertThat(shows(renewed, "TLSv1.2")).isTrue();
    }

    @Test
    void answersNothingInTheClear() {
        try (RawConnection client = connect()) {
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.readAll()).doesNotContain("HTTP/1.1 200");
        }
    }

    /// Whether a client that trusts only this certificate can connect.
    private boolean shows(TestCertificate certificate, String protocol) {
        try (SSLSocket socket = (SSLSocket)
                certificate.context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
