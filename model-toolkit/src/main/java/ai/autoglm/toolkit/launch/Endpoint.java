package ai.autoglm.toolkit.launch;

/// Where one service listens.
///
/// @param host address of the service's own port; the management port is always on loopback
public record Endpoint(Service service, String host, int port, int managementPort) {
    public Endpoint {
        requirePort(service, port);
        requirePort(service, managementPort);
    }

    private static void requirePort(Service service, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of " + service + " is not between 1 and 65535");
        }
    }
}
