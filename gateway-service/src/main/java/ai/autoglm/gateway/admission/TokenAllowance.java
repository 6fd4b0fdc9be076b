package ai.autoglm.gateway.admission;

import ai.autoglm.toolkit.error.ServingException;
import org.jspecify.annotations.Nullable;

/// The tokens of one request: reserved prompt by prompt, when each is known, and settled when the answer is
/// complete. For one thread.
public final class TokenAllowance {
    private final @Nullable RateBucket tokens;
    private long reserved;

    TokenAllowance(@Nullable RateBucket tokens) {
        this.tokens = tokens;
    }

    /// @param estimate of prompt and completion together
    /// @throws ServingException RATE_LIMIT_EXCEEDED or INSUFFICIENT_QUOTA when the caller has fewer
    public void reserve(long estimate) {
        if (tokens != null) {
            tokens.take(estimate);
            reserved += estimate;
        }
    }

    /// To be called once, also when the request failed.
    public void settle(long used) {
        if (tokens != null) {
            tokens.settle(reserved, used);
        }
    }
}
