package ai.autoglm.gateway.admission;

import jakarta.inject.Singleton;

/// As many as the configuration says.
@Singleton
final class ConfiguredGatewayCount implements GatewayCount {
    private final int count;

    ConfiguredGatewayCount(AdmissionConfig config) {
        this.count = config.gatewayCount();
    }

    @Override
    public int current() {
        return count;
    }
}
