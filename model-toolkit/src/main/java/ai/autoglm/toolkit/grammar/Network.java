package ai.autoglm.toolkit.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// The rules of a language as one table. States of all rules are numbered through; bytes that no state tells apart
/// share a class. Every transition leads to a state from which its rule can end. Immutable.
final class Network {
    static final int NONE = -1;

    private final int start; // of the root rule
    private final byte[] classOfByte; // [byte]
    private final int classCount;
    private final int[] next; // [state, class], NONE where there is no way on
    private final List<List<Call>> calls; // [state]
    private final BitSet accepting; // states where their rule may end
    private final int[] distance; // [state]: bytes to the end of its rule, at least
    private final BitSet reading = new BitSet(); // states with a transition by a byte
    private final BitSet ending = new BitSet(); // accepting states that lead nowhere

    /// @param start of the called rule
    /// @param returnState where the caller goes on
    record Call(int start, int returnState) {}

    Network(
            int start,
            byte[] classOfByte,
            int classCount,
            int[] next,
            List<List<Call>> calls,
            BitSet accepting,
            int[] distance) {
        this.start = start;
        this.classOfByte = classOfByte;
        this.classCount = classCount;
        this.next = next;
        this.calls = calls;
        this.accepting = accepting;
        this.distance = distance;
        for (int state = 0; state < distance.length; state++) {
            reading.set(
                    state,
                    Arrays.stream(next, state * classCount, (state + 1) * classCount)
                            .anyMatch(target -> target != NONE));
            ending.set(
                    state,
                    accepting.get(state)
                            && !reading.get(state)
                            && calls.get(state).isEmpty());
        }
    }

    int start() {
        return start;
    }

    int classCount() {
        return classCount;
    }

    int classOf(int value) {
        return Byte.toUnsignedInt(classOfByte[value]);
    }

    int next(int state, int byteClass) {
        return next[state * classCount + byteClass];
    }

    List<Call> calls(int state) {
        return calls.get(state);
    }

    boolean isAccepting(int state) {
        return accepting.get(state);
    }

    boolean isReading(int state) {
        return reading.get(state);
    }

    boolean isEnding(int state) {
        return ending.get(state);
    }

    int distance(int state) {
        return distance[state];
    }
}
