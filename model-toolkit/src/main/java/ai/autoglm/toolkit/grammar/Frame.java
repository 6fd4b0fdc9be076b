package ai.autoglm.toolkit.grammar;

import org.jspecify.annotations.Nullable;

/// Where calls return to: a stack that shares its lower part with others. [Positions] makes each only once, so equal
/// stacks are the same object.
final class Frame {
    private final int number;
    private final int returnState;
    private final @Nullable Frame caller;
    private final int distance;

    /// @param number counts frames
    /// @param caller absent for a call by the root rule
    /// @param distance bytes that all callers still need, at least, once the current call has ended
    Frame(int number, int returnState, @Nullable Frame caller, int distance) {
        this.number = number;
        this.returnState = returnState;
        this.caller = caller;
        this.distance = distance;
    }

    int returnState() {
        return returnState;
    }

    @Nullable
    Frame caller() {
        return caller;
    }

    static int numberOf(@Nullable Frame frame) {
        return frame == null ? 0 : frame.number;
    }

    static int distanceOf(@Nullable Frame frame) {
        return frame == null ? 0 : frame.distance;
    }
}
