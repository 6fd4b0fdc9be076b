package ai.autoglm.decoder.kvcache;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One sequence's place in the KV cache.
///
/// | state  | event   | next state | rows kept        |
/// |--------|---------|------------|------------------|
/// | IDLE   | lease   | ACTIVE     | the shared prefix |
/// | ACTIVE | extend  | ACTIVE     | all, and the new |
/// | ACTIVE | release | IDLE       | all              |
/// | ACTIVE | discard | IDLE       | none             |
final class Slot {
    enum State {
        IDLE,
        ACTIVE
    }

    private final int index;
    private State state = State.IDLE;
    private @Nullable PrefixKeys keys; // of the rows it holds; absent when it holds none
    private int validRows;
    private long lastUsed; // counts leases and releases

    Slot(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    int validRows() {
        return validRows;
    }

    long lastUsed() {
        return lastUsed;
    }

    /// Keys of the rows it holds, if any.
    Optional<PrefixKeys> keys() {
        return Optional.ofNullable(keys);
    }

    int reusableRows(PrefixKeys wanted) {
        return keys == null ? 0 : wanted.reusableRows(keys, validRows);
    }

    void lease(PrefixKeys owner, int sharedRows, long tick) {
        require(State.IDLE, "lease");
        state = State.ACTIVE;
        keys = owner;
        validRows = sharedRows;
        lastUsed = tick;
    }

    void extend(int rowCount) {
        require(State.ACTIVE, "extend");
        validRows += rowCount;
        checkIntegrity();
    }

    void release(long tick) {
        require(State.ACTIVE, "release");
        state = State.IDLE;
        lastUsed = tick;
    }

    void discard() {
        require(State.ACTIVE, "discard");
        state = State.IDLE;
        keys = null;
        validRows = 0;
        // The first to be taken again.
        lastUsed = 0;
    }

    void checkIntegrity() {
        int known = keys == null ? 0 : keys.rowCount();
        if (validRows > known) {
            throw new IllegalStateException("Slot " + index + " has " + validRows + " rows but keys of " + known);
        }
        if (keys == null && state == State.ACTIVE) {
            throw new IllegalStateException("Slot " + index + " is active without an owner");
        }
    }

    private void require(State expected, String event) {
        if (state != expected) {
            throw new IllegalStateException("Slot " + index + " is " + state + ": no " + event);
        }
    }
}
