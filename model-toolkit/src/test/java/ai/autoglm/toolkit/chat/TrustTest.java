package ai.autoglm.toolkit.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An https server with a certificate that only its own file vouches for.
class TrustTest {
    private static final String PASSWORD = "password";

    @TempDir
    private static Path directory = Path.of("");

    private static Path certificate = Path.of("");
    private static HttpsServer server;

    @BeforeAll
    static void serve() throws Exception {
        Path store = directory.resolve("store.p12");
        certificate = directory.resolve("server.pem");
        keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1");
        keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        byte[] answer = "data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\ndata: [DONE]\n\n"
                .getBytes(StandardCharsets.UTF_8);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void theCertificateOfAFileIsTrusted() throws InterruptedException {
        assertThat(ask(Trust.certificates(certificate))).isEqualTo("hello");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsOneSentence() {
        assertThatThrownBy(() -> ask(Trust.platform()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("is not trusted")
                .hasMessageContaining("--ca");
    }

    @Test
    void aFileWithoutACertificateIsOneSentence() throws IOException {
        Path file = Files.writeString(directory.resolve("other.pem"), "no certificate");

        assertThatThrownBy(() -> Trust.certificates(file))
                .isInstanceOf(ServingException.class)
                .hasMessage(file + " is no PEM file with a certificate.");
    }

    private String ask(SSLContext trust) throws InterruptedException {
        URI url = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        StringBuilder heard = new StringBuilder();
        ChatClient client = new ChatClient(url, "EMPTY", new JsonMapper().createObjectNode(), trust);
        client.send("Hi", List.of(), new ChatListener() {
            @Override
            public void reasoning(String text) {}

            @Override
            public void content(String text) {
                heard.append(text);
            }
        });
        return heard.toString();
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-alias", "test"));
        assertThat(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();
    }
}
