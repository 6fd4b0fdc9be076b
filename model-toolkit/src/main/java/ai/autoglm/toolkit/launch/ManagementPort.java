package ai.autoglm.toolkit.launch;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// The port of health and metrics. Quarkus opens it last, and tells with a stack trace that it is taken.
public final class ManagementPort {
    private ManagementPort() {}

    /// @throws ServingException INVALID_CONFIGURATION when it cannot be opened
    public static void requireFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "its management port " + port + " on " + host
                            + " cannot be opened; is it taken? Set quarkus.management.port.",
                    e);
        }
    }
}
