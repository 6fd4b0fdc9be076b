package ai.autoglm.toolkit.deadline;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Until when work may go on. Whoever works asks between two steps, often enough that little is done in vain.
@FunctionalInterface
public interface Deadline {
    /// Work that may take as long as it likes.
    Deadline NONE = () -> {};

    /// @throws ServingException why the work is to stop
    void check();

    /// Both have to hold.
    default Deadline and(Deadline other) {
        return () -> {
            check();
            other.check();
        };
    }

    /// A time limit that begins now.
    ///
    /// @param work as the message names it, such as `Decoding the image`
    /// @param nanoClock [System#nanoTime], or a test's
    static Deadline after(Duration limit, String work, LongSupplier nanoClock) {
        long start = nanoClock.getAsLong();
        return () -> {
            if (nanoClock.getAsLong() - start > limit.toNanos()) {
                throw new ServingException(ErrorCode.TIMEOUT, work + " took longer than " + limit.toMillis() + " ms.");
            }
        };
    }
}
