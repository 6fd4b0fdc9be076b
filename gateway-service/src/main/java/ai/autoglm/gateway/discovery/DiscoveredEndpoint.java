package ai.autoglm.gateway.discovery;

/// A backend as discovery knows it.
///
/// @param takesWork false while its platform says that it ends, or that it is not ready
public record DiscoveredEndpoint(BackendAddress address, boolean takesWork) {}
