package ai.autoglm.gateway.admission;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds what all requests together hold in memory: their bodies and the media that were fetched for
/// them. Source: API.md 6.2.
@Singleton
public final class HeldBytes {
    private final long max;
    private final AtomicLong held = new AtomicLong();

    public HeldBytes(AdmissionConfig config) {
        this.max = config.maxHeldSize().asLongValue();
    }

    /// A share for one request, empty at first.
    public Share share() {
        return new Share();
    }

    /// Bytes that all requests hold now.
    public long total() {
        return held.get();
    }

    /// What one request holds. Any number of threads may use it.
    public final class Share implements AutoCloseable {
        private long own;
        private boolean closed;

        private Share() {}

        /// Takes more.
        ///
        /// @throws ServingException OVERLOADED when all requests together would hold too much
        public synchronized void add(long bytes) {
            if (closed) {
                return;
            }
            if (held.addAndGet(bytes) > max) {
                held.addAndGet(-bytes);
                throw new ServingException(
                        ErrorCode.OVERLOADED,
                        "The requests under way hold %d of %d bytes, and this one needs more. Try again soon."
                                .formatted(held.get(), max));
            }
            own += bytes;
        }

        /// Gives all of it back. Nothing can be taken afterwards.
        @Override
        public synchronized void close() {
            closed = true;
            held.addAndGet(-own);
            own = 0;
        }
    }
}
