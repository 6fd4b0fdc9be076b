package ai.autoglm.gateway.backend;

import java.util.Set;

/// A bundle that the gateway serves.
///
/// @param id of the bundle
/// @param model the name that it is served under
/// @param kinds of backends that it needs
public record ServedBundle(String id, String model, Set<BackendKind> kinds) {
    public ServedBundle {
        kinds = Set.copyOf(kinds);
    }
}
