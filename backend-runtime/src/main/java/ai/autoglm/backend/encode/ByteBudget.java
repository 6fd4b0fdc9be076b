package ai.autoglm.backend.encode;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Bytes of heap that all calls of a server together may take for one purpose. Safe for concurrent callers.
final class ByteBudget {
    private static final long UNIT_BYTES = 1024;

    private final String purpose;
    private final int capacity; // in units
    private final Semaphore left; // units, handed out in the order of arrival

    /// @param purpose as messages name it, such as `Decoding images`
    ByteBudget(String purpose, long bytes) {
        this.purpose = purpose;
        this.capacity = units(bytes);
        this.left = new Semaphore(capacity, true);
    }

    long capacityBytes() {
        return capacity * UNIT_BYTES;
    }

    /// Bytes that are taken now.
    long takenBytes() {
        return (capacity - left.availablePermits()) * UNIT_BYTES;
    }

    /// Takes bytes at once, not more than there are in all.
    ///
    /// @throws ServingException OVERLOADED when others have too many of them
    Share take(long bytes) {
        int units = Math.min(units(bytes), capacity);
        if (!left.tryAcquire(units)) {
            throw overloaded();
        }
        return new Share(units);
    }

    /// Takes bytes when others have given back enough, not more than there are in all.
    ///
    /// @throws ServingException OVERLOADED when that takes too long
    Share await(long bytes, Duration patience) {
        int units = Math.min(units(bytes), capacity);
        try {
            if (!left.tryAcquire(units, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw overloaded();
            }
            return new Share(units);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServingException(ErrorCode.OVERLOADED, "The server is stopping: try again elsewhere.", e);
        }
    }

    private ServingException overloaded() {
        return new ServingException(
                ErrorCode.OVERLOADED,
                purpose + " of all requests together takes the " + capacityBytes()
                        + " bytes that this server has for it: try again later.");
    }

    private static int units(long bytes) {
        return Math.toIntExact(Math.min(Math.ceilDiv(bytes, UNIT_BYTES), Integer.MAX_VALUE));
    }

    /// What one call has taken.
    final class Share implements AutoCloseable {
        private final int units;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Share(int units) {
            this.units = units;
        }

        /// Gives the bytes back, once.
        @Override
        public void close() {
            if (returned.compareAndSet(false, true)) {
                left.release(units);
            }
        }
    }
}
