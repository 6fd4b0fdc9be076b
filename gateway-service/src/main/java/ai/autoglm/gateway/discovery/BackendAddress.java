package ai.autoglm.gateway.discovery;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a backend listens.
public record BackendAddress(String host, int port) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]/\\s]+\\]|[^\\[\\]:/\\s]+):(\\d{1,5})");
    private static final int MAX_PORT = 65535;

    /// Reads `host:port`; an IPv6 host stands in brackets.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when it is something else, or a host to which gRPC does not
    ///     connect: one with an underscore
    public static BackendAddress parse(String text) {
        BackendAddress address = parseName(text);
        if (address.host().contains("_")) {
            throw invalid(text);
        }
        return address;
    }

    /// Reads the `host:port` of a host that is looked up first: it may be any name.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when it is something else
    static BackendAddress parseName(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MAX_PORT) {
            throw invalid(text);
        }
        String host = matcher.group(1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new BackendAddress(
                bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(matcher.group(2)));
    }

    private static ServingException invalid(String text) {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION,
                "'" + text + "' is no address of a backend: it has to look like 127.0.0.1:9001.");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
