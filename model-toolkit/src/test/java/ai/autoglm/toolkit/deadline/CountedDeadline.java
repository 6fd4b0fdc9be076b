package ai.autoglm.toolkit.deadline;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// Passes when it has been looked at so many times.
public final class CountedDeadline implements Deadline {
    private final int passesAt;
    private int count;

    public CountedDeadline(int passesAt) {
        this.passesAt = passesAt;
    }

    /// How often it was looked at.
    public int count() {
        return count;
    }

    @Override
    public void check() {
        if (count++ >= passesAt) {
            throw new ServingException(ErrorCode.TIMEOUT, "passed");
        }
    }
}
