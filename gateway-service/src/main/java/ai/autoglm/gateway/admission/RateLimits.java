package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.toolkit.error.ServingException;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What each caller may use in a minute. Source: API.md 3.
@Singleton
public final class RateLimits {
    private final OptionalLong requestsPerMinute;
    private final OptionalLong tokensPerMinute;
    private final TimeMeter clock;
    // As many as there are keys.
    private final Map<Caller, Account> accounts = new ConcurrentHashMap<>();

    @Inject
    public RateLimits(AdmissionConfig config) {
        this(config, TimeMeter.SYSTEM_NANOTIME);
    }

    RateLimits(AdmissionConfig config, TimeMeter clock) {
        this.requestsPerMinute = config.requestsPerMinute();
        this.tokensPerMinute = config.tokensPerMinute();
        this.clock = clock;
    }

    /// Counts one request.
    ///
    /// @throws ServingException RATE_LIMIT_EXCEEDED when it is one too many
    public void countRequest(Caller caller) {
        RateBucket requests = account(caller).requests();
        if (requests != null) {
            requests.take(1);
        }
    }

    /// The tokens of one request of this caller, none at first.
    public TokenAllowance allowance(Caller caller) {
        return new TokenAllowance(account(caller).tokens());
    }

    /// How the caller stands, as headers; empty where nothing is limited.
    public Map<String, String> headers(Caller caller) {
        Account account = account(caller);
        Map<String, String> headers = new LinkedHashMap<>();
        account.buckets().forEach(bucket -> bucket.describe(headers));
        return headers;
    }

    private Account account(Caller caller) {
        return accounts.computeIfAbsent(
                caller, _ -> new Account(bucket("requests", requestsPerMinute), bucket("tokens", tokensPerMinute)));
    }

    private @Nullable RateBucket bucket(String unit, OptionalLong perMinute) {
        return perMinute.isPresent() ? new RateBucket(unit, perMinute.getAsLong(), clock) : null;
    }

    private record Account(
            @Nullable RateBucket requests, @Nullable RateBucket tokens) {
        List<RateBucket> buckets() {
            List<RateBucket> buckets = new ArrayList<>();
            if (requests != null) {
                buckets.add(requests);
            }
            if (tokens != null) {
                buckets.add(tokens);
            }
            return buckets;
        }
    }
}
