package ai.autoglm.gateway.media;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/// An `http` or `https` URL, taken apart once: what is connected to and what is sent come from these parts,
/// never from the client's text. Source: API.md 6.1.
///
/// @param target path and query as they are sent
record RemoteUrl(boolean secure, String host, int port, String target) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static final Set<Integer> PORTS = Set.of(HTTP_PORT, HTTPS_PORT);

    static boolean isRemote(String text) {
        String start =
                text.substring(0, Math.min(text.length(), "https:".length())).toLowerCase(Locale.ROOT);
        return start.startsWith("http:") || start.equals("https:");
    }

    /// @throws ServingException FAILED_TO_DOWNLOAD_IMAGE whatever is wrong with it
    static RemoteUrl parse(String text, Set<Integer> ports) {
        try {
            // It takes no backslash, no space and no control character.
            return of(new URI(text), ports);
        } catch (URISyntaxException e) {
            throw refused("is no URL");
        }
    }

    private static RemoteUrl of(URI uri, Set<Integer> ports) {
        String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (!secure && !scheme.equals("http")) {
            throw refused("is neither http nor https");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty() || uri.getRawUserInfo() != null) {
            throw refused("has no host, or a user");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        if (!ports.contains(port)) {
            throw refused("has another port");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return new RemoteUrl(secure, host.toLowerCase(Locale.ROOT), port, target);
    }

    /// The reason is for the log: clients learn nothing from it.
    static ServingException refused(String reason) {
        return new ServingException(
                ErrorCode.FAILED_TO_DOWNLOAD_IMAGE, "The file could not be downloaded.", new RefusedUrl(reason));
    }

    /// Why a file was not fetched.
    static final class RefusedUrl extends Exception {
        private RefusedUrl(String reason) {
            super("The URL " + reason);
        }
    }
}
