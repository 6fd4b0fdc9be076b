package ai.autoglm.gateway.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name of a request in headers, logs and backends: the client's own where it is harmless, else a
/// new one. Source: API.md 1.0.
final class RequestId {
    static final String HEADER = "x-request-id";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private RequestId() {}

    static String of(@Nullable String clientValue) {
        return clientValue != null && HARMLESS.matcher(clientValue).matches()
                ? clientValue
                : "req-" + UUID.randomUUID();
    }
}
