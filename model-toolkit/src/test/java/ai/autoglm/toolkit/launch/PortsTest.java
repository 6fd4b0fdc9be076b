package ai.autoglm.toolkit.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void aTakenPortIsNamedWithItsServiceAndTheWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = new Endpoint(Service.DECODER, "127.0.0.1", taken.getLocalPort(), freePort());

            assertThatThrownBy(() -> Ports.requireFree(List.of(endpoint)))
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("decoder")
                    .hasMessageContaining("--service-port decoder=<number>");
        }
    }

    @Test
    void aTakenManagementPortIsNamedToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = new Endpoint(Service.GATEWAY, "127.0.0.1", freePort(), taken.getLocalPort());

            assertThatThrownBy(() -> Ports.requireFree(List.of(endpoint)))
                    .hasMessageContaining("--management-port gateway=<number>");
        }
    }

    @Test
    void freePortsPass() throws IOException {
        Endpoint endpoint = new Endpoint(Service.GATEWAY, "127.0.0.1", freePort(), freePort());

        assertThatCode(() -> Ports.requireFree(List.of(endpoint))).doesNotThrowAnyException();
    }

    @Test
    void aServiceNamesItsOwnManagementPortToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> ManagementPort.requireFree("127.0.0.1", port))
                    .hasMessageContaining("management port " + port)
                    .hasMessageContaining("quarkus.management.port");
        }
        assertThatCode(() -> ManagementPort.requireFree("127.0.0.1", freePort()))
                .doesNotThrowAnyException();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
