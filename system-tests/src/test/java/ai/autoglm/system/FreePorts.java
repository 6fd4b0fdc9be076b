package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Ports that nothing listens on.
final class FreePorts {
    private FreePorts() {}

    /// A pair of ports for each service.
    static Map<Service, Endpoint> endpoints() {
        Service[] services = Service.values();
        Iterator<Integer> ports = find(2 * services.length).iterator();
        Map<Service, Endpoint> endpoints = new EnumMap<>(Service.class);
        for (Service service : services) {
            endpoints.put(service, new Endpoint(service, "127.0.0.1", ports.next(), ports.next()));
        }
        return endpoints;
    }

    static int one() {
        return find(1).getFirst();
    }

    /// Different ports.
    static List<Integer> find(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            // All are held at once, so that no port comes twice.
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
