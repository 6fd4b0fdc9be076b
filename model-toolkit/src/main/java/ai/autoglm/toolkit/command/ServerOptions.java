package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.chat.Trust;
import ai.autoglm.toolkit.error.ServingException;
import java.net.URI;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a command reaches a running server: the options that all such commands share.
final class ServerOptions {
    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8000",
            description = "Address of the server. Default: ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--api-key",
            paramLabel = "<key>",
            defaultValue = "${env:AUTOGLM_API_KEY:-EMPTY}",
            description = "Key of a server that asks for one; also the environment variable AUTOGLM_API_KEY.")
    private String apiKey;

    @Option(
            names = "--ca",
            paramLabel = "<file>",
            description = "PEM certificate that vouches for an https server, or the server's own.")
    private @Nullable Path authority;

    URI url() {
        return url;
    }

    String apiKey() {
        return apiKey;
    }

    /// Whom the command believes to be the server.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when `--ca` cannot be read
    SSLContext trust() {
        return authority == null ? Trust.platform() : Trust.certificates(authority);
    }
}
