package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.error.ServingException;
import java.util.concurrent.Semaphore;

/// How many bytes of media rows may wait for one sequence: whoever receives them stops reading when it is
/// spent, and so the sender stops sending. Thread-safe.
public final class RowBudget {
    private static final int BYTES = 8 << 20;

    private final Semaphore free = new Semaphore(BYTES);

    /// Waits until there is room for these bytes.
    ///
    /// @throws ServingException with [ErrorCode#CLIENT_CLOSED_REQUEST] when the thread is interrupted
    public void acquire(long bytes) {
        try {
            free.acquire(permits(bytes));
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
    }

    void release(long bytes) {
        free.release(permits(bytes));
    }

    /// Lets everything through: the sequence has ended and nobody will release any more.
    public void open() {
        free.release(Integer.MAX_VALUE / 2);
    }

    private static int permits(long bytes) {
        return (int) Math.min(bytes, BYTES);
    }
}
