package ai.autoglm.gateway.admission;

/// How many gateways share the limits of keys, this one included.
public interface GatewayCount {
    /// At least 1. May change at any time.
    int current();
}
