package ai.autoglm.toolkit.launch;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Collection;

/// Looks before anything is started: a taken port is named with its service.
final class Ports {
    private static final String LOOPBACK = "127.0.0.1";

    private Ports() {}

    static void requireFree(Collection<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            requireFree(endpoint.service(), endpoint.host(), endpoint.port(), "--port");
            requireFree(endpoint.service(), LOOPBACK, endpoint.managementPort(), "--management-port");
        }
    }

    private static void requireFree(Service service, String host, int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address(host), port));
        } catch (IOException e) {
            String choice = service == Service.GATEWAY && option.equals("--port")
                    ? option + " <number>"
                    : (option.equals("--port") ? "--service-port " : option + " ") + service + "=<number>";
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Port " + port + " on " + host + ", which the " + service
                            + " needs, is already in use; stop what uses it or choose another with " + choice + ".",
                    e);
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "--host " + host + " is no address of this machine.", e);
        }
    }
}
