package ai.autoglm.toolkit.launch;

import java.util.Map;

/// How one service is started.
///
/// @param settings configuration keys of the service, given as system properties
/// @param environment variables, secrets among them: unlike a command line, other users of the machine cannot read them
public record ServiceLaunch(Endpoint endpoint, Map<String, String> settings, Map<String, String> environment) {
    public ServiceLaunch {
        settings = Map.copyOf(settings);
        environment = Map.copyOf(environment);
    }
}
