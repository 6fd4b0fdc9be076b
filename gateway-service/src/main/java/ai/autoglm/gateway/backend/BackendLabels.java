package ai.autoglm.gateway.backend;

import java.util.List;

/// The words that metrics have for the states of a backend.
final class BackendLabels {
    static final List<String> STATES = List.of("ready", "ejected", "unusable", "disconnected", "terminating");

    private BackendLabels() {}

    static String state(Backend backend) {
        return switch (backend.state()) {
            case BackendState.Ready _ -> backend.isDraining() ? "terminating" : "ready";
            case BackendState.Ejected _ -> "ejected";
            case BackendState.Unusable _ -> "unusable";
            case BackendState.Disconnected _ -> "disconnected";
        };
    }
}
