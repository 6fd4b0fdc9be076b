package ai.autoglm.gateway.http;

import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.openai.OpenAiJson;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// `/version`: which release answers.
@Singleton
final class VersionRoute implements Endpoint {
    /// @param version as the build has it
    record Version(String version) {}

    private final Version version;

    VersionRoute(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = new Version(version);
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get(
                "/version",
                Operation.of("version", "The release that answers", "Server", Body.json(Version.class)),
                (exchange, _) -> exchange.send(200, Map.of(), OpenAiJson.write(version))));
    }
}
