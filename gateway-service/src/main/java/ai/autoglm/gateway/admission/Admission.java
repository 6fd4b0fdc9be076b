package ai.autoglm.gateway.admission;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/// Bounds the requests that are worked on. A request too many is refused at once: waiting would only
/// hold its media in memory longer.
@Singleton
public final class Admission {
    private final int maxRunning;
    private final Semaphore free;

    public Admission(AdmissionConfig config) {
        this.maxRunning = config.maxRunning();
        this.free = new Semaphore(maxRunning);
    }

    /// Takes a place, until the permit is closed.
    ///
    /// @throws ServingException OVERLOADED when all are taken
    public Permit admit() {
        if (!free.tryAcquire()) {
            throw new ServingException(
                    ErrorCode.OVERLOADED,
                    "The server is working on " + maxRunning + " requests, its limit. Try again soon.");
        }
        return new Permit(free);
    }

    /// Requests that hold a permit now.
    public int running() {
        return maxRunning - free.availablePermits();
    }

    /// A place among the running requests, for one owner.
    public static final class Permit implements AutoCloseable {
        private final Semaphore free;

        private Permit(Semaphore free) {
            this.free = free;
        }

        @Override
        public void close() {
            free.release();
        }
    }
}
