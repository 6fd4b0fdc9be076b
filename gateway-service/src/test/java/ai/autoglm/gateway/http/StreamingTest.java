package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeBackends;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FakeBackends.class)
class StreamingTest {
    @SuppressWarnings("NullAway.Init")
    FakeBackends backends;

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    @BeforeEach
    void reset() {
        backends.reset();
    }

    @Test
    void streamsInOrder() {
        backends.decoder().follow(FakeGeneration.says("Hello", " world"));
        try (RawConnection client = new RawConnection(port)) {
            client.post(
                    "/v1/chat/completions",
                    "Connection: close\r\n",
                    "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            assertThat(client.readAll()).isEqualTo("");
        }
    }
}
