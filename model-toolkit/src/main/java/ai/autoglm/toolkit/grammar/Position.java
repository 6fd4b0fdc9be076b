package ai.autoglm.toolkit.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where a text stands in a [Language]: every reading of it that can still become a member. Equal positions of one
/// language have the same continuations. Made by the language only.
public final class Position {
    /// Stands for texts that no member begins with.
    static final Position DEAD = new Position(new int[0], new @Nullable Frame[0], false, Distances.INFINITE);

    private final int[] states; // [reading], with a transition by a byte
    private final @Nullable Frame[] frames; // [reading]
    private final boolean member;
    private final int distance;
    private final int hash;
    private @Nullable Position @Nullable [] successors; // [byte class], absent where not asked for yet
    private @Nullable TokenMask mask;

    Position(int[] states, @Nullable Frame[] frames, boolean member, int distance) {
        this.states = states;
        this.frames = frames;
        this.member = member;
        this.distance = distance;
        int mixed = Boolean.hashCode(member);
        for (int reading = 0; reading < states.length; reading++) {
            mixed = 31 * (31 * mixed + states[reading]) + Frame.numberOf(frames[reading]);
        }
        hash = mixed;
    }

    /// Whether the text is a member of the language as it is.
    public boolean isMember() {
        return member;
    }

    /// Bytes that have to follow until it is one, at least; each of them is a token of its own.
    public int distance() {
        return distance;
    }

    boolean isDead() {
        return distance == Distances.INFINITE;
    }

    int readingCount() {
        return states.length;
    }

    int state(int reading) {
        return states[reading];
    }

    @Nullable
    Frame frame(int reading) {
        return frames[reading];
    }

    @Nullable
    Position successor(int byteClass) {
        return successors == null ? null : successors[byteClass];
    }

    void rememberSuccessor(int byteClass, Position successor, int classCount) {
        if (successors == null) {
            successors = new @Nullable Position[classCount];
        }
        successors[byteClass] = successor;
    }

    @Nullable
    TokenMask mask() {
        return mask;
    }

    void rememberMask(@Nullable TokenMask tokens) {
        mask = tokens;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position that
                && hash == that.hash
                && member == that.member
                && Arrays.equals(states, that.states)
                && Arrays.equals(frames, that.frames);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
