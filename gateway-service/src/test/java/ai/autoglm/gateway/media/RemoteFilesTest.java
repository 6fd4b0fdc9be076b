package ai.autoglm.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.admission.AdmissionConfig;
import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.testing.TestCertificate;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fetches from a server on this machine, which only the resolver and the ranges given here make possible.
class RemoteFilesTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String HOST = "pictures.example";
    private static final byte[] FILE = "a file".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_BYTES = 1_000_000;
    private static final Predicate<InetAddress> THIS_MACHINE = InetAddress::isLoopbackAddress;

    private final HeldBytes heldBytes = new HeldBytes(TestConfig.of(AdmissionConfig.class, Map.of()));
    private final HeldBytes.Share held = heldBytes.share();
    private final List<Headers> requests = new CopyOnWriteArrayList<>();
    private final List<String> lookups = new CopyOnWriteArrayList<>();
    private List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());
    private HttpHandler answer = exchange -> respond(exchange, 200, FILE);
    private HttpServer server;

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void serve() throws IOException {
        server = started(HttpServer.create(loopback(), 0));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        held.close();
        assertThat(heldBytes.total()).isZero();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void fetchesFromTheAddressThatItHasCheckedUnderTheNameOfTheUrl() {
        assertThat(fetch(url("/a%20b/c.png?d=e&f"))).isEqualTo(FILE);

        Headers request = requests.getFirst();
        assertThat(request.getFirst("Host")).isEqualTo(HOST + ":" + port());
        assertThat(request.getFirst("Accept-encoding")).isEqualTo("identity");
        assertThat(request.keySet()).doesNotContain("Cookie", "Authorization", "Proxy-authorization", "Referer");
        assertThat(request.getFirst("Test-target")).isEqualTo("/a%20b/c.png?d=e&f");
        assertThat(lookups).containsExactly(HOST);
    }

    @Test
    void theRequestHoldsWhatWasFetchedForIt() {
        fetch(url("/"));

        assertThat(heldBytes.total()).isEqualTo(FILE.length);
    }

    @Test
    void fetchesNothingByDefault() {
        RemoteFiles none = new RemoteFiles(VERTX, TestConfig.of(RemoteMediaConfig.class, Map.of()));

        assertThatThrownBy(() -> none.fetch("http://" + HOST + "/", MediaKind.IMAGE, MAX_BYTES, held))
                .isInstanceOfSatisfying(ServingException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_IMAGE_URL);
                    assertThat(failure.message()).contains("disabled");
                });
    }

    @Test
    void aLoopbackAddressIsNoneThatTheServerInUseWouldConnectTo() {
        RemoteFiles files = files(RemoteFiles.Network.INTERNET.isAllowed());

        assertRefused(files, url("/"));
        assertThat(requests).isEmpty();
    }

    @Test
    void oneAddressThatIsNotAllowedIsEnough() throws UnknownHostException {
        addresses = List.of(InetAddress.getLoopbackAddress(), InetAddress.getByName("10.0.0.1"));

        assertRefused(files(THIS_MACHINE), url("/"));
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://other.example:PORT/",
                "http://pictures.example.:PORT/",
                "http://x.pictures.example:PORT/",
                "http://127.0.0.1:PORT/",
                "http://2130706433:PORT/",
                "http://[::1]:PORT/",
                "http://pictures.example:1/",
                "http://pictures.example/",
                "http://user@pictures.example:PORT/",
                "http://user:password@pictures.example:PORT/",
                "http://pictures.example:PORT\\@other.example/",
                "http://other.example\\@pictures.example:PORT/",
                "http:\\\\pictures.example:PORT/",
                "http:///a.png",
                "http:pictures.example:PORT/",
                "http://pictures.example:PORT/a b",
                "http://pictures.example:PORT/a\r\nX: y",
                "http://pictures.example:PORT/\u0000",
                "http://pictures.example:99999/",
                "http://",
                "https:",
            })
    void refusesUrlsThatAreNotExactlyOneOfTheAllowedHosts(String url) {
        assertRefused(files(THIS_MACHINE), url.replace("PORT", Integer.toString(port())));
        assertThat(requests).isEmpty();
        assertThat(lookups).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 302, 307, 401, 404, 500})
    void takesNoAnswerButTheFileAndFollowsNothing(int status) {
        answer = exchange -> {
            exchange.getResponseHeaders().add("Location", url("/elsewhere"));
            respond(exchange, status, FILE);
        };

        assertRefused(files(THIS_MACHINE), url("/"));
        assertThat(requests).hasSize(MediaKind.values().length);
    }

    @Test
    void takesNothingThatIsCompressed() {
        answer = exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            respond(exchange, 200, FILE);
        };

        assertRefused(files(THIS_MACHINE), url("/"));
    }

    @Test
    void stopsReadingAtTheLimit() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[10_000]);
            }
        };

        assertRefused(files(THIS_MACHINE), url("/"));
    }

    @Test
    void doesNotWaitLongerThanTheLimit() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                pause();
            }
        };

        assertRefused(files(THIS_MACHINE), url("/"));
    }

    @Test
    void aConnectionThatEndsEarlyIsNoFile() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(FILE);
            exchange.getResponseBody().flush();
            throw new IOException("ends here");
        };

        assertRefused(files(THIS_MACHINE), url("/"));
    }

    @Test
    void aHostThatNobodyKnowsIsRefusedLikeEverythingElse() {
        addresses = List.of();

        assertRefused(files(THIS_MACHINE), url("/"));
    }

    @Test
    void checksTheCertificateForTheNameOfTheUrl() throws IOException {
        TestCertificate certificate = TestCertificate.create(directory, "dns:" + HOST);
        useHttps(certificate);

        assertThat(files(THIS_MACHINE, trusting(certificate)).fetch(secureUrl(), MediaKind.IMAGE, MAX_BYTES, held))
                .isEqualTo(FILE);
        assertThat(requests.getFirst().getFirst("Test-sni")).contains(HOST);
        assertRefused(files(THIS_MACHINE), secureUrl());
    }

    @Test
    void refusesACertificateForAnotherName() throws IOException {
        TestCertificate certificate = TestCertificate.create(directory, "dns:other.example,dns:localhost,ip:127.0.0.1");
        useHttps(certificate);

        assertRefused(files(THIS_MACHINE, trusting(certificate)), secureUrl());
        assertThat(requests).isEmpty();
    }

    private void useHttps(TestCertificate certificate) throws IOException {
        server.stop(0);
        HttpsServer secure = HttpsServer.create(loopback(), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server = started(secure);
    }

    private HttpServer started(HttpServer created) {
        created.createContext("/", this::handle);
        created.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        created.start();
        return created;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Headers headers = new Headers();
        headers.putAll(exchange.getRequestHeaders());
        headers.add("Test-target", exchange.getRequestURI().toString());
        if (exchange instanceof HttpsExchange secure && secure.getSSLSession() instanceof ExtendedSSLSession session) {
            headers.add(
                    "Test-sni",
                    session.getRequestedServerNames().stream()
                            .map(SNIServerName::toString)
                            .toList()
                            .toString());
        }
        requests.add(headers);
        try (exchange) {
            answer.handle(exchange);
        }
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean empty = status == 204;
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    private byte[] fetch(String url) {
        return files(THIS_MACHINE).fetch(url, MediaKind.IMAGE, MAX_BYTES, held);
    }

    /// Whatever went wrong, the client reads the same.
    private void assertRefused(RemoteFiles files, String url) {
        for (MediaKind kind : MediaKind.values()) {
            assertThatThrownBy(() -> files.fetch(url, kind, MAX_BYTES, held))
                    .isInstanceOfSatisfying(ServingException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_TO_DOWNLOAD_IMAGE);
                        assertThat(failure.message()).isEqualTo("The file could not be downloaded.");
                    });
        }
    }

    private RemoteFiles files(Predicate<InetAddress> isAllowed) {
        return files(isAllowed, new HttpClientOptions());
    }

    private RemoteFiles files(Predicate<InetAddress> isAllowed, HttpClientOptions client) {
        return new RemoteFiles(
                VERTX,
                Set.of(HOST),
                new RemoteFiles.Network(this::resolve, isAllowed, Set.of(port()), client, Duration.ofMillis(500)));
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        lookups.add(host);
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return addresses.toArray(InetAddress[]::new);
    }

    private static HttpClientOptions trusting(TestCertificate certificate) {
        return new HttpClientOptions()
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(certificate.certificate().toString()));
    }

    private String url(String path) {
        return "http://" + HOST + ":" + port() + path;
    }

    private String secureUrl() {
        return "https://" + HOST + ":" + port() + "/";
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
