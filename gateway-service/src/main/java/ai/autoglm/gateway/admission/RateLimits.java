package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.auth.Caller;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What each caller may use in a minute. Source: API.md 3.
@Singleton
public final class RateLimits {
    private final KeyLimits limits;
    private final TimeMeter clock;
    // As many as there are keys, and have been since the start.
    private final Map<Caller, Account> accounts = new ConcurrentHashMap<>();

    @Inject
    public RateLimits(KeyLimits limits) {
        this(limits, TimeMeter.SYSTEM_NANOTIME);
    }

    RateLimits(KeyLimits limits, TimeMeter clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /// Counts one request.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException RATE_LIMIT_EXCEEDED when it is one too many
    public void countRequest(Caller caller) {
        account(caller).requests().ifPresent(requests -> requests.take(1));
    }

    /// The tokens of one request of this caller, none at first.
    public TokenAllowance allowance(Caller caller) {
        return new TokenAllowance(account(caller).tokens().orElse(null));
    }

    /// How the caller stands, as headers; empty where nothing is limited.
    public Map<String, String> headers(Caller caller) {
        Account account = account(caller);
        Map<String, String> headers = new LinkedHashMap<>();
        Stream.of(account.requests(), account.tokens())
                .flatMap(Optional::stream)
                .forEach(bucket -> bucket.describe(headers));
        return headers;
    }

    private Account account(Caller caller) {
        return accounts.computeIfAbsent(caller, Account::new);
    }

    /// The buckets of one caller, which come, change and go with its limits.
    private final class Account {
        private final Caller caller;
        private @Nullable RateBucket requests;
        private @Nullable RateBucket tokens;

        Account(Caller caller) {
            this.caller = caller;
        }

        synchronized Optional<RateBucket> requests() {
            requests = current("requests", requests, limits.requestsPerMinute(caller));
            return Optional.ofNullable(requests);
        }

        synchronized Optional<RateBucket> tokens() {
            tokens = current("tokens", tokens, limits.tokensPerMinute(caller));
            return Optional.ofNullable(tokens);
        }

        private @Nullable RateBucket current(
                String unit, @Nullable RateBucket bucket, Optional<KeyLimits.Limit> limit) {
            if (limit.isEmpty()) {
                return null;
            }
            if (bucket == null) {
                return new RateBucket(unit, limit.get(), clock);
            }
            bucket.adopt(limit.get());
            return bucket;
        }
    }
}
