package ai.autoglm.gateway.admission;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.time.Duration;
import java.util.Map;

/// What one caller may use of one thing in a minute: a bucket that fills again evenly, as large as this gateway's part
/// of the limit.
final class RateBucket {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final String unit;
    private final Bucket bucket;
    private volatile KeyLimits.Limit limit;

    /// @param unit as headers and messages name it: "requests" or "tokens"
    RateBucket(String unit, KeyLimits.Limit limit, TimeMeter clock) {
        this.unit = unit;
        this.limit = limit;
        this.bucket = Bucket.builder()
                .addLimit(bandwidth -> bandwidth.capacity(limit.part()).refillGreedy(limit.part(), PERIOD))
                .withCustomTimePrecision(clock)
                .build();
    }

    /// Takes a limit that has changed. What was used stays used, in proportion.
    void adopt(KeyLimits.Limit changed) {
        if (!changed.equals(limit)) {
            limit = changed;
            bucket.replaceConfiguration(
                    BucketConfiguration.builder()
                            .addLimit(bandwidth ->
                                    bandwidth.capacity(changed.part()).refillGreedy(changed.part(), PERIOD))
                            .build(),
                    TokensInheritanceStrategy.PROPORTIONALLY);
        }
    }

    /// A request that needs more than this gateway's part, but not more than the whole limit, waits for a full
    /// bucket and takes the rest in advance.
    ///
    /// @throws ServingException RATE_LIMIT_EXCEEDED when there is not so much now, INSUFFICIENT_QUOTA when
    ///     there never is
    void take(long amount) {
        KeyLimits.Limit now = limit;
        if (amount > now.whole()) {
            throw new ServingException(
                    ErrorCode.INSUFFICIENT_QUOTA,
                    "This request needs %d %s; the limit of this key is %d in a minute."
                            .formatted(amount, unit, now.whole()));
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(Math.min(amount, now.part()));
        if (!probe.isConsumed()) {
            Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
            throw new ServingException(
                            ErrorCode.RATE_LIMIT_EXCEEDED,
                            "The limit of this key is %d %s in a minute. Try again in %s."
                                    .formatted(now.part(), unit, spelled(wait)))
                    .withRetryAfter(wait);
        }
        if (amount > now.part()) {
            bucket.consumeIgnoringRateLimits(amount - now.part());
        }
    }

    /// Corrects what was taken on an estimate: gives back, or takes more than there is, which later
    /// requests have to wait for.
    void settle(long taken, long used) {
        if (used < taken) {
            bucket.addTokens(taken - used);
        } else if (used > taken) {
            bucket.consumeIgnoringRateLimits(used - taken);
        }
    }

    /// The three headers of API.md 3.
    void describe(Map<String, String> headers) {
        long perMinute = limit.part();
        long available = bucket.getAvailableTokens();
        long missingNanos = Math.multiplyExact(PERIOD.toNanos() / perMinute, perMinute - available);
        headers.put("x-ratelimit-limit-" + unit, Long.toString(perMinute));
        headers.put("x-ratelimit-remaining-" + unit, Long.toString(Math.max(0, available)));
        headers.put("x-ratelimit-reset-" + unit, spelled(Duration.ofNanos(missingNanos)));
    }

    /// Whole seconds, rounded up, as in `1s` or `6m30s`.
    static String spelled(Duration duration) {
        long seconds = duration.plusNanos(999_999_999).toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
