package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.auth.ApiKeys;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/// What each key may do: as its line in the key file says, else as the configuration says of all. Both may change
/// while the gateway runs.
@Singleton
public final class KeyLimits {
    /// A limit of all gateways together, of which this one grants its part.
    ///
    /// @param whole of all gateways
    /// @param gateways that share it
    record Limit(long whole, int gateways) {
        /// Of this gateway, rounded up.
        long part() {
            return Math.ceilDiv(whole, gateways);
        }
    }

    private final AdmissionConfig config;
    private final Function<Caller, KeySettings> settings;
    private final GatewayCount gateways;

    @Inject
    KeyLimits(AdmissionConfig config, ApiKeys keys, GatewayCount gateways) {
        this(config, keys::settings, gateways);
    }

    KeyLimits(AdmissionConfig config, Function<Caller, KeySettings> settings, GatewayCount gateways) {
        this.config = config;
        this.settings = settings;
        this.gateways = gateways;
    }

    /// How much of a decoder the key gets beside others that wait.
    public int priority(Caller caller) {
        return settings.apply(caller).priority();
    }

    /// Choices worked on at once; empty where nothing limits them.
    Optional<Limit> concurrency(Caller caller) {
        return limit(asLong(settings.apply(caller).concurrency()), asLong(config.concurrencyPerKey()));
    }

    Optional<Limit> requestsPerMinute(Caller caller) {
        return limit(settings.apply(caller).requestsPerMinute(), config.requestsPerMinute());
    }

    Optional<Limit> tokensPerMinute(Caller caller) {
        return limit(settings.apply(caller).tokensPerMinute(), config.tokensPerMinute());
    }

    private Optional<Limit> limit(OptionalLong ofKey, OptionalLong ofAll) {
        OptionalLong whole = ofKey.isPresent() ? ofKey : ofAll;
        return whole.isPresent() ? Optional.of(new Limit(whole.getAsLong(), gateways.current())) : Optional.empty();
    }

    private static OptionalLong asLong(OptionalInt value) {
        return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
    }
}
