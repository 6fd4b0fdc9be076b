package ai.autoglm.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// HAProxy in front of gateways, with the settings of `deploy/proxies/haproxy.cfg`.
final class Haproxy implements AutoCloseable {
    private final Command process;
    private final int port;

    private Haproxy(Command process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Skips the test where it is not installed, unless the environment variable AUTOGLM_REQUIRE_PROXIES is 1.
    static void requireInstalled() throws InterruptedException {
        Installed.require("AUTOGLM_REQUIRE_PROXIES", "command -v haproxy", "haproxy is not installed");
    }

    /// @param gateways addresses, of which some may be silent at first
    static Haproxy start(int port, List<String> gateways) {
        String servers = IntStream.range(0, gateways.size())
                .mapToObj(index -> "    server gateway-" + index + " " + gateways.get(index))
                .collect(Collectors.joining("\n"));
        try {
            String settings = Files.readString(Repository.ROOT.resolve("deploy/proxies/haproxy.cfg"))
                    .replace("bind 127.0.0.1:8080", "bind 127.0.0.1:" + port)
                    .replace("    server gateway-1 127.0.0.1:8000", servers);
            Path file = Files.writeString(Files.createTempFile(Repository.OUTPUT, "haproxy-", ".cfg"), settings);
            return new Haproxy(
                    Command.start(Repository.ROOT, Map.of(), List.of("haproxy", "-db", "-f", file.toString())), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.close();
    }
}
