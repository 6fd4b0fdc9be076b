package ai.autoglm.gateway.admission;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/// Bounds the choices that are worked on, of which most requests have one. A request too many is refused
/// at once: waiting would only hold its media in memory longer.
@Singleton
public final class Admission {
    private final int maxRunning;
    private final Semaphore free;

    public Admission(AdmissionConfig config) {
        this.maxRunning = config.maxRunning();
        this.free = new Semaphore(maxRunning);
    }

    /// Takes a place for each choice of a request, until the permit is closed.
    ///
    /// @throws ServingException OVERLOADED when too few are free
    public Permit admit(int choiceCount) {
        if (!free.tryAcquire(choiceCount)) {
            throw new ServingException(
                    ErrorCode.OVERLOADED,
                    "The server is working on %d of %d choices and has no place for %d more. Try again soon."
                            .formatted(running(), maxRunning, choiceCount));
        }
        return new Permit(free, choiceCount);
    }

    /// Choices that are worked on at once, at most.
    public int capacity() {
        return maxRunning;
    }

    /// Choices that are worked on now.
    public int running() {
        return maxRunning - free.availablePermits();
    }

    /// The places of one request, for one owner.
    public static final class Permit implements AutoCloseable {
        private final Semaphore free;
        private final int count;

        private Permit(Semaphore free, int count) {
            this.free = free;
            this.count = count;
        }

        @Override
        public void close() {
            free.release(count);
        }
    }
}
