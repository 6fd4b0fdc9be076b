package ai.autoglm.gateway.admission;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.proto.fairness.DynamicThreshold;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Bounds the choices that are worked on, of which most requests have one: those of all together, those of each key by
/// its own limit, and those of each key beside what is left for others. A request too many is refused at once: waiting
/// would only hold its media in memory longer.
@Singleton
public final class Admission {
    /// Choices end every few seconds.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int maxRunning;
    private final KeyLimits limits;
    // Guarded by itself; callers that hold nothing are not in it.
    private final Map<Caller, Integer> held = new HashMap<>();
    private volatile int running;

    public Admission(AdmissionConfig config, KeyLimits limits) {
        this.maxRunning = config.maxRunning();
        this.limits = limits;
    }

    /// Takes a place for each choice of a request, until the permit is closed.
    ///
    /// @throws ServingException OVERLOADED when too few are free, RATE_LIMIT_EXCEEDED when the caller has too many,
    ///     INSUFFICIENT_QUOTA when the request alone has more than the caller may ever have
    public Permit admit(Caller caller, int choiceCount) {
        synchronized (held) {
            int own = held.getOrDefault(caller, 0);
            if (!caller.equals(Caller.ANYONE)) {
                limits.concurrency(caller).ifPresent(limit -> requireWithin(limit, own, choiceCount));
            }
            if (choiceCount > maxRunning - running) {
                throw new ServingException(
                        ErrorCode.OVERLOADED,
                        "The server is working on %d of %d choices and has no place for %d more. Try again soon."
                                .formatted(running, maxRunning, choiceCount));
            }
            if (!caller.equals(Caller.ANYONE) && !DynamicThreshold.permits(own, choiceCount, maxRunning - running)) {
                throw tooMany("This key has %d of %d places; the rest is kept for others.".formatted(own, maxRunning));
            }
            held.put(caller, own + choiceCount);
            running += choiceCount;
        }
        return new Permit(caller, choiceCount);
    }

    /// Choices that are worked on at once, at most.
    public int capacity() {
        return maxRunning;
    }

    /// Choices that are worked on now.
    public int running() {
        return running;
    }

    private static void requireWithin(KeyLimits.Limit limit, int own, int choiceCount) {
        if (choiceCount > limit.part()) {
            throw new ServingException(
                    ErrorCode.INSUFFICIENT_QUOTA,
                    "This request needs %d places at once; the limit of this key is %d."
                            .formatted(choiceCount, limit.part()));
        }
        if (own + choiceCount > limit.part()) {
            throw tooMany(
                    "The limit of this key is %d choices at once, and %d are worked on.".formatted(limit.part(), own));
        }
    }

    private static ServingException tooMany(String why) {
        return new ServingException(ErrorCode.RATE_LIMIT_EXCEEDED, why + " Try again soon.")
                .withRetryAfter(RETRY_AFTER);
    }

    private void release(Caller caller, int choiceCount) {
        synchronized (held) {
            held.computeIfPresent(caller, (_, own) -> own > choiceCount ? own - choiceCount : null);
            running -= choiceCount;
        }
    }

    /// The places of one request, for one owner.
    public final class Permit implements AutoCloseable {
        private final Caller caller;
        private final int count;

        private Permit(Caller caller, int count) {
            this.caller = caller;
            this.count = count;
        }

        @Override
        public void close() {
            release(caller, count);
        }
    }
}
