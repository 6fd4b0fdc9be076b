package ai.autoglm.gateway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.security.Security;

/// Where the process begins.
@QuarkusMain
public final class GatewayMain {
    static {
        // Before anything is looked up: the JVM reads these once, and keeps an address for thirty seconds otherwise.
        Security.setProperty("networkaddress.cache.ttl", "1");
        Security.setProperty("networkaddress.cache.stale.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    private GatewayMain() {}

    /// @param arguments none are known
    public static void main(String... arguments) {
        Quarkus.run(arguments);
    }
}
