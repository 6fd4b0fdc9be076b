package ai.autoglm.gateway.discovery;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a backend listens.
public record BackendAddress(String host, int port) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");
    private static final int MAX_PORT = 65535;

    /// Reads `host:port`; an IPv6 host stands in brackets.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when it is something else
    public static BackendAddress parse(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MAX_PORT) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "'" + text + "' is no address of a backend: it has to look like 127.0.0.1:9001.");
        }
        String host = matcher.group(1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new BackendAddress(
                bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
