package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarCompiler;
import ai.autoglm.toolkit.grammar.GrammarSource;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.grpc.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Checks languages at the edge. A check may compute for seconds, so only some of the processors are given to checks,
/// and verdicts are remembered: agents send the same schema with each step. Refusals are remembered for a minute, as
/// time may be why. Safe for concurrent callers.
final class LanguageChecks {
    private static final int MAX_REMEMBERED = 256;
    private static final Duration ACCEPTED = Duration.ofDays(1);
    private static final Duration REFUSED = Duration.ofMinutes(1);

    private final Duration patience;
    private final Semaphore places;
    private final Cache<GrammarSource, Optional<ServingException>> refusals = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfter(Expiry.<GrammarSource, Optional<ServingException>>creating(
                    (_, refusal) -> refusal.isEmpty() ? ACCEPTED : REFUSED))
            .executor(Runnable::run)
            .build();

    LanguageChecks() {
        this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Duration.ofSeconds(2));
    }

    /// @param places for checks at once
    /// @param patience with others that check
    LanguageChecks(int places, Duration patience) {
        this.places = new Semaphore(places);
        this.patience = patience;
    }

    /// @throws ServingException INVALID_VALUE with a sentence that says why it cannot be kept, OVERLOADED when too many
    ///     are checked at once, CLIENT_CLOSED_REQUEST
    void check(GrammarSource source) {
        Optional<ServingException> refusal = refusals.getIfPresent(source);
        if (refusal == null) {
            refusal = inPlace(source);
            refusals.put(source, refusal);
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /// The same, where a refusal begins with `prefix` and points at `param`.
    void check(GrammarSource source, String prefix, String param) {
        try {
            check(source);
        } catch (ServingException e) {
            if (e.code() != ErrorCode.INVALID_VALUE) {
                throw e;
            }
            throw new ServingException(e.code(), prefix + e.message(), e).withParam(param);
        }
    }

    private Optional<ServingException> inPlace(GrammarSource source) {
        if (Context.current().isCancelled()) {
            throw ServingException.cancelled();
        }
        try {
            if (!places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ServingException(
                        ErrorCode.OVERLOADED, "The server is checking too many schemas at once. Try again soon.");
            }
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
        try {
            GrammarCompiler.check(source);
            return Optional.empty();
        } catch (ServingException e) {
            return Optional.of(e);
        } finally {
            places.release();
        }
    }
}
