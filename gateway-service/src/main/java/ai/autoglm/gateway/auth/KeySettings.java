package ai.autoglm.gateway.auth;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What the key file says of one key beside its digest. Limits are those of all gateways together; where one is
/// absent, that of the configuration counts.
///
/// @param concurrency choices worked on at once
/// @param requestsPerMinute POST requests
/// @param tokensPerMinute prompt and completion tokens
/// @param priority how much of a decoder the key gets beside others that wait, 1 to 100
/// @param models names of models that it may use; none: all
public record KeySettings(
        OptionalInt concurrency,
        OptionalLong requestsPerMinute,
        OptionalLong tokensPerMinute,
        int priority,
        Set<String> models) {
    public static final int DEFAULT_PRIORITY = 10;
    public static final int MAX_PRIORITY = 100;

    /// One in a nanosecond: more cannot be counted.
    public static final long MAX_PER_MINUTE = 60_000_000_000L;

    /// Of a key of which nothing is said.
    public static final KeySettings NONE = new KeySettings(
            OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), DEFAULT_PRIORITY, Set.of());

    public KeySettings {
        models = Set.copyOf(models);
    }

    /// Whether the key may use a model that has these names.
    public boolean permits(Set<String> names) {
        return models.isEmpty() || names.stream().anyMatch(models::contains);
    }
}
